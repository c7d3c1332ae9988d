using System.Globalization;
using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Flink;

/// <summary>The answers are those of Flink 1.20, cut to what is read.</summary>
public sealed class FlinkProbeTests
{
    [Fact]
    public void Validate_SeveralMistakes_AreAllTold()
    {
        Assert.Equal(
            [
                "signals.s.value is \"state\"; allowed: running, restarts, checkpoint_age, backpressure, records_in, records_out, slots_used",
                "signals.s.operator has no meaning here; it is for value: records_in, records_out",
                "signals.s.taskmanager has no meaning here; it is for value: slots_used",
            ],
            Source.Mistakes("flink", "http://localhost:8081", ("value", "state"), ("operator", "Source"), ("taskmanager", "tm1")));
        Assert.Equal(
            ["signals.s.taskmanager is missing: the TaskManager's id or host", "signals.s.job has no meaning here: slots are used by all jobs"],
            Source.Mistakes("flink", "http://localhost:8081", ("value", "slots_used"), ("job", "orders")));
    }

    [Theory]
    [InlineData("RUNNING", """ "running":3,"finished":1,"scheduled":0 """, 1)]
    [InlineData("RUNNING", """ "running":2,"finished":0,"scheduled":2 """, 0)]
    [InlineData("RESTARTING", """ "running":4,"finished":0,"scheduled":0 """, 0)]
    public async Task Read_Running_LooksAtEveryTask(string state, string tasks, double expected)
    {
        using var flink = new LoopbackHttp(Overview(Job("orders", state, tasks)));
        await using var probe = Source.Probe("flink", flink.Address);

        Assert.Equal(expected, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_OfSeveralJobs_TakesTheNewestOfItsNameAndIsAGapWithoutOne()
    {
        using var flink = new LoopbackHttp(Overview(
            Job("orders", "RUNNING", """ "running":4,"finished":0 """, start: 2), Job("orders", "FAILED", """ "running":0,"finished":0 """, start: 1), Job("other", "RUNNING", """ "running":4,"finished":0 """)));
        await using var orders = Source.Probe("flink", flink.Address, ("job", "orders"));
        await using var nobody = Source.Probe("flink", flink.Address, ("job", "forgotten"));
        await using var any = Source.Probe("flink", flink.Address);

        Assert.Equal(1, await orders.ReadAsync());
        Assert.Equal(0, await nobody.ReadAsync());
        Assert.EndsWith("there are 2 jobs, orders, other; say which one: job: NAME", await any.GapAsync());
    }

    [Fact]
    public async Task Read_CheckpointAge_IsByTheClockOfFlink()
    {
        using var flink = new LoopbackHttp { Bodies = { ["/jobs/overview"] = Overview(Job("orders", "RUNNING", "")), ["/jobs/id-orders"] = """{"now":1795286660155}""" } };
        await using var probe = Source.Probe("flink", flink.Address, ("value", "checkpoint_age"));

        flink.Bodies["/jobs/id-orders/checkpoints"] = """{"latest":{"completed":null}}""";
        Assert.EndsWith("no checkpoint has completed yet", await probe.GapAsync());
        flink.Bodies["/jobs/id-orders/checkpoints"] = """{"latest":{"completed":{"latest_ack_timestamp":1795286659824}}}""";
        Assert.Equal(0.331, await probe.ReadAsync(), 6);
    }

    [Fact]
    public async Task Read_Backpressure_IsTheWorstSubtasksAndOfItsTime()
    {
        using var flink = new LoopbackHttp
        {
            Bodies =
            {
                ["/jobs/overview"] = Overview(Job("orders", "RUNNING", "")),
                ["/jobs/id-orders"] = """{"vertices":[{"id":"a"},{"id":"b"}]}""",
                ["/jobs/id-orders/vertices/a/backpressure"] = """{"status":"ok","end-timestamp":1795286660156,"subtasks":[{"ratio":0.0},{"ratio":0.75}]}""",
                ["/jobs/id-orders/vertices/b/backpressure"] = """{"status":"ok","end-timestamp":1795286660100,"subtasks":[{"ratio":0.5}]}""",
            },
        };
        await using var probe = Source.Probe("flink", flink.Address, ("value", "backpressure"));

        Assert.Equal(new(0.75, DateTimeOffset.FromUnixTimeMilliseconds(1795286660100)), await probe.ReadAsync(CancellationToken.None));
        flink.Bodies["/jobs/id-orders/vertices/b/backpressure"] = """{"status":"deprecated","end-timestamp":1,"subtasks":[]}""";
        Assert.EndsWith("backpressure is not known yet", await probe.GapAsync());
    }

    [Fact]
    public async Task Read_Records_AreAGapUntilEveryTaskHasToldThem()
    {
        using var flink = new LoopbackHttp { Bodies = { ["/jobs/overview"] = Overview(Job("orders", "RUNNING", "")), ["/jobs/id-orders"] = Vertices("true") } };
        await using var source = Source.Probe("flink", flink.Address, ("value", "records_out"), ("operator", "Source"));
        await using var all = Source.Probe("flink", flink.Address, ("value", "records_in"));

        Assert.Equal((240, 230), (await source.ReadAsync(), await all.ReadAsync()));
        flink.Bodies["/jobs/id-orders"] = Vertices("false");
        Assert.Equal(240, await source.ReadAsync());
        Assert.EndsWith("not every task has told its count yet", await all.GapAsync());
    }

    [Fact]
    public async Task Read_AfterTheJobManagerHasForgottenIt_IsAGapAndNotAZero()
    {
        using var flink = new LoopbackHttp("""{"jobs":[]}""");
        await using var restarts = Source.Probe("flink", flink.Address, ("value", "restarts"), ("job", "orders"));
        Assert.EndsWith("there is no job orders", await restarts.GapAsync());

        flink.Body = """{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}""";
        flink.Status = 503;
        Assert.Contains("503 Service Unavailable", await restarts.GapAsync());

        (flink.Body, flink.Status) = ("{}", 200);
        Assert.Contains("not an answer of Flink", await restarts.GapAsync());
    }

    [Theory]
    [InlineData(90_000, "null", "The Flink job orders began anew at 00:01:30 UTC (id-orders), without a checkpoint.")]
    [InlineData(90_000, """{"id":7,"restore_timestamp":91000}""", "The Flink job orders began anew at 00:01:30 UTC (id-orders), from checkpoint 7.")]
    [InlineData(1, """{"id":7,"restore_timestamp":91000}""", "Flink restored the job orders at 00:01:31 UTC, from checkpoint 7.")]
    [InlineData(1, """{"id":7,"restore_timestamp":2000}""", null)]
    [InlineData(1, "null", null)]
    public async Task Journal_OfAJob_SaysWhereItWentOnFrom(int start, string restored, string? expected)
    {
        using var flink = new LoopbackHttp
        {
            Bodies = { ["/jobs/overview"] = Overview(Job("orders", "RUNNING", "", start)), ["/jobs/id-orders/checkpoints"] = $$"""{"latest":{"restored":{{restored}} } }""" },
        };
        await using var probe = Source.Probe("flink", flink.Address, ("job", "orders"));
        await using var away = Source.Probe("flink", "http://127.0.0.1:9");
        var since = DateTimeOffset.UnixEpoch.AddMinutes(1);

        Assert.Equal(expected is null ? [] : [expected], await ((IServerJournal)probe).ReadSinceAsync(since, CancellationToken.None));
        Assert.Empty(await ((IServerJournal)away).ReadSinceAsync(since, CancellationToken.None));
    }

    /// <summary>The real one: about 40 s where nothing else runs.</summary>
    [SkippableFact]
    [Trait("Category", "Long")]
    public async Task Read_OfARealCluster_KnowsTheIdleTaskManagerAndTheJobThatOnlySaysThatItRuns()
    {
        await using var flink = await FlinkServer.StartAsync(taskManagers: 2);
        await flink.SubmitAsync("""
            SET 'pipeline.name' = 'ticks';
            SET 'parallelism.default' = '2';
            CREATE TEMPORARY TABLE ticks (n BIGINT) WITH ('connector'='datagen', 'rows-per-second'='20');
            CREATE TEMPORARY TABLE gone (n BIGINT, c BIGINT) WITH ('connector'='blackhole');
            INSERT INTO gone SELECT n, COUNT(*) FROM ticks GROUP BY n;
            """);
        await using var running = Source.Probe("flink", flink.Address, ("job", "ticks"));
        await using var told = Source.Probe("http", flink.Address + "/jobs/overview", ("value", "$.jobs[0].state"), ("is", "RUNNING"));
        await using var age = Source.Probe("flink", flink.Address, ("value", "checkpoint_age"));
        await using var records = Source.Probe("flink", flink.Address, ("value", "records_out"), ("operator", "Source"));
        await using var restarts = Source.Probe("flink", flink.Address, ("value", "restarts"));
        await using var backpressure = Source.Probe("flink", flink.Address, ("value", "backpressure"));
        await Eventually.EqualAsync(1, running.ReadAsync);
        Assert.Equal([0, 2], new[] { await SlotsAsync("tm1"), await SlotsAsync("tm2") }.Order());
        await Eventually.EqualAsync(1, () => HoldsAsync(records, count => count > 0));
        await Eventually.EqualAsync(1, () => HoldsAsync(age, seconds => seconds is >= 0 and < 10));
        await Eventually.EqualAsync(1, () => HoldsAsync(backpressure, ratio => ratio is >= 0 and <= 1));
        Assert.Equal(0, await restarts.ReadAsync());

        await flink.KillAsync("tm1");
        await flink.KillAsync("tm2");

        await Eventually.EqualAsync(0, running.ReadAsync);
        // It waits for slots: Flink calls that RUNNING.
        await Eventually.EqualAsync(1, told.ReadAsync);
        Assert.Equal(0, await running.ReadAsync());
        await Eventually.EqualAsync(1, () => HoldsAsync(age, seconds => seconds > 10));
        Assert.Contains("not every task has told its count yet", await Eventually.GapAsync(records, "count"));

        flink.StartTaskManager("tm3");
        await Eventually.EqualAsync(1, running.ReadAsync);
        await Eventually.EqualAsync(1, () => HoldsAsync(restarts, count => count >= 1));

        async Task<double> SlotsAsync(string taskManager)
        {
            await using var probe = Source.Probe("flink", flink.Address, ("value", "slots_used"), ("taskmanager", taskManager));
            return await probe.ReadAsync();
        }

        static async Task<double> HoldsAsync(IProbe probe, Func<double, bool> holds) => holds(await probe.ReadAsync()) ? 1 : 0;
    }

    private static string Overview(params string[] jobs) => $$"""{"jobs":[{{string.Join(',', jobs)}}]}""";

    private static string Job(string name, string state, string tasks, int start = 1) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"jid":"id-{{name}}","name":"{{name}}","state":"{{state}}","start-time":{{start}},"tasks":{ {{tasks}}{{(tasks.Length == 0 ? "" : ",")}}"total":4} }""");

    private static string Vertices(string complete) => $$"""
        {"vertices":[
          {"name":"Source: ticks[1]","metrics":{"read-records":0,"read-records-complete":true,"write-records":240,"write-records-complete":true} },
          {"name":"Sink","metrics":{"read-records":230,"read-records-complete":{{complete}},"write-records":0,"write-records-complete":true} }]}
        """;
}
