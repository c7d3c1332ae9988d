using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Spark;

/// <summary>The answers are those of Spark 4.0, cut to what is read.</summary>
public sealed class SparkProbeTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 21, 18, 56, 52, 131, TimeSpan.Zero);

    [Fact]
    public void Validate_SeveralMistakes_AreAllTold()
    {
        Assert.Equal(
            ["signals.s.value is \"batches\"; allowed: executors, batch, input_rate, processed_rate, batch_seconds"],
            Source.Mistakes("spark", "http://localhost:4040", ("value", "batches")));
        Assert.Equal(["signals.s.query has no meaning here: executors are the application's"], Source.Mistakes("spark", "http://localhost:4040", ("query", "orders")));
    }

    [Fact]
    public async Task Read_Executors_AreThoseAliveWithoutTheDriver()
    {
        using var spark = Driver();
        await using var probe = Source.Probe("spark", spark.Address);

        Assert.Equal(2, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_OfALastBatch_IsOfTheTimeAtWhichTheNewestBegan()
    {
        using var spark = Driver();

        Assert.Equal(new(11.5, Began), await ReadAsync(spark, "input_rate"));
        Assert.Equal(new(64.25, Began), await ReadAsync(spark, "processed_rate"));
        Assert.Equal(new(0.31, Began), await ReadAsync(spark, "batch_seconds"));
        Assert.Equal(new(6), await ReadAsync(spark, "batch"));
    }

    [Fact]
    public async Task Read_WhereOtherJobsRunToo_FindsTheQuerysBatch()
    {
        using var spark = Driver(jobs: 4);
        spark.Bodies["/api/v1/applications/app-1/jobs/3"] = """{"jobId":3,"submissionTime":"2026-11-21T18:57:00.000GMT"}""";
        spark.Bodies["/api/v1/applications/app-1/jobs/2"] = Job("other", 99);

        Assert.Equal(new(11.5, Began), await ReadAsync(spark, "input_rate", ("query", "orders")));
        Assert.Equal(new(99), await ReadAsync(spark, "batch"));
    }

    [Fact]
    public async Task Read_WhatIsNotThere_IsAGapThatSaysWhatWouldHelp()
    {
        using var spark = Driver(jobs: 0);
        await using var batch = Source.Probe("spark", spark.Address, ("value", "batch"), ("query", "orders"));
        Assert.EndsWith("no batch of a streaming query orders has run lately", await batch.GapAsync());

        spark.Bodies["/metrics/json/"] = """{"gauges":{"app-1.driver.DAGScheduler.job.allJobs":{"value":2}}}""";
        await using var rate = Source.Probe("spark", spark.Address, ("value", "input_rate"));
        Assert.EndsWith("it needs a name, and the application spark.sql.streaming.metricsEnabled", await rate.GapAsync());

        spark.Bodies["/api/v1/applications"] = "[]";
        Assert.EndsWith("there is no application", await rate.GapAsync());

        spark.Bodies["/api/v1/applications"] = "{}";
        Assert.Contains("not an answer of Spark", await rate.GapAsync());
    }

    /// <summary>The real one: about 40 s where nothing else runs.</summary>
    [SkippableFact]
    [Trait("Category", "Long")]
    public async Task Read_OfARealQueryWhoseExecutorsAreFrozen_DoesNotTakeTheLastFiguresForNewOnes()
    {
        await using var spark = await SparkServer.StartAsync("""
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.appName("ticks").getOrCreate()
            ticks = spark.readStream.format("rate").option("rowsPerSecond", 20).load()
            ticks.writeStream.format("noop").queryName("ticks").trigger(processingTime="1 second").start().awaitTermination()
            """);
        await using var executors = Source.Probe("spark", spark.Address);
        await using var batch = Source.Probe("spark", spark.Address, ("value", "batch"), ("query", "ticks"));
        await using var rate = Source.Probe("spark", spark.Address, ("value", "input_rate"));
        await Eventually.EqualAsync(2, executors.ReadAsync);
        await Eventually.EqualAsync(1, async () => await batch.ReadAsync() > 2 && (await TakenAsync(rate)).Value is > 5 and < 60 ? 1 : 0);

        spark.Signal(19);
        // The batch that began when they froze is the last.
        await Eventually.EqualAsync(1, async () => (await StandsStillAsync(batch, rate)) ? 1 : 0);
        var frozen = await batch.ReadAsync();
        spark.Signal(18);

        await Eventually.EqualAsync(1, async () => await batch.ReadAsync() > frozen ? 1 : 0);

        // A later look says the same rate of the same moment: nothing that the sampler would take.
        static async Task<bool> StandsStillAsync(IProbe batch, IProbe rate)
        {
            var (number, reading) = (await batch.ReadAsync(), await TakenAsync(rate));
            await Task.Delay(TimeSpan.FromSeconds(3));
            return number == await batch.ReadAsync() && reading == await TakenAsync(rate) && reading.Value > 0;
        }

        static Task<ProbeReading> TakenAsync(IProbe probe) => probe.ReadAsync(CancellationToken.None).AsTask();
    }

    private static LoopbackHttp Driver(int jobs = 2) => new("no such thing")
    {
        Bodies =
        {
            ["/api/v1/applications"] = """[{"id":"app-1","name":"order-processor"}]""",
            ["/api/v1/applications/app-1/executors"] = """[{"id":"driver","isActive":true},{"id":"1","isActive":true},{"id":"0","isActive":true},{"id":"2","isActive":false}]""",
            ["/metrics/json/"] = $$"""
                {"gauges":{
                  "app-1.driver.DAGScheduler.job.allJobs":{"value":{{jobs}} },
                  "app-1.driver.spark.streaming.orders.inputRate-total":{"value":11.5},
                  "app-1.driver.spark.streaming.orders.processingRate-total":{"value":64.25},
                  "app-1.driver.spark.streaming.orders.latency":{"value":310} } }
                """,
            ["/api/v1/applications/app-1/jobs/1"] = Job("orders", 6),
            ["/api/v1/applications/app-1/jobs/0"] = Job("orders", 5),
        },
    };

    private static string Job(string query, int batch) =>
        $$"""{"description":"{{query}}\nid = 26f21159\nrunId = 8645cb7e\nbatch = {{batch}}","submissionTime":"2026-11-21T18:56:52.131GMT"}""";

    private static async Task<ProbeReading> ReadAsync(LoopbackHttp spark, string value, params (string, string)[] options)
    {
        await using var probe = Source.Probe("spark", spark.Address, [("value", value), .. options]);
        return await probe.ReadAsync(CancellationToken.None);
    }
}
