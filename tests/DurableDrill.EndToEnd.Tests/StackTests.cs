using System.Text.Json;
using Npgsql;
using Xunit.Abstractions;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>
/// One drill on each compose stack, with its real engines. ./test runs these beside the other tests: most of their time is waiting for engines to start.
/// All drills of all stacks: ./test --stacks.
/// </summary>
[Trait("Category", "Stack")]
public sealed class StackTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("flink", "taskmanager")]
    [InlineData("spark", "worker")]
    [InlineData("ha", "postgres")]
    [InlineData("eventlog", "flink")]
    [InlineData("spark-failures", "workers")]
    public async Task Run_OfADrillOfAStack_PassesWithEveryEventAccountedFor(string stack, string name)
    {
        await using var drill = new Drill();
        await drill.UpAsync(stack);

        var report = await drill.RunSettledAsync(name, "--target", stack);

        output.WriteLine($"{stack} {name}: downtime {report.GetProperty("downtime_duration_seconds")} s, recovery {report.GetProperty("recovery_time_seconds")} s, {report.GetProperty("reasons")}");
        Assert.True("passed" == report.GetProperty("verdict").GetString(), report.GetProperty("reasons").ToString());
        Assert.Equal("passed", report.GetProperty("data_integrity_check").GetProperty("status").GetString());
        Assert.All(report.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("closed", fault.GetProperty("state").GetString()));
    }

    /// <summary>Without a key in the sink, what an engine writes again is there twice: the drill names exactly those.</summary>
    [Theory]
    [Trait("Category", "Long")]
    [InlineData("flink", "taskmanager-1", 21432)]
    [InlineData("ha", "spark-driver", 22432)]
    public async Task Run_OnASinkThatAppends_ReportsExactlyTheDoubledIds(string stack, string component, int postgres)
    {
        await using var drill = new Drill { Environment = { ["PLAIN_INSERTS"] = "1" } };
        await drill.UpAsync(stack);

        // It writes seldom, so that a batch is mostly in flight, and one of two kills meets one; its rate wants a longer baseline.
        var plan = Path.Combine(drill.Home, "plan.yaml");
        await File.WriteAllTextAsync(plan, $"name: appending\nbaseline: 60s\nfaults: [ {{ kill: {component}, for: 15s }}, {{ kill: {component}, at: 70s, for: 15s }} ]\n");
        var report = await drill.RunSettledAsync("--plan", plan, "--target", stack);

        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={postgres};Username=postgres;Database=orders;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select order_id from order_values group by order_id having count(*) > 1", connection);
        var doubled = new SortedSet<string>(StringComparer.Ordinal);
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                doubled.Add(rows.GetString(0));
            }
        }

        Assert.True("passed" == report.GetProperty("verdict").GetString(), report.GetProperty("reasons").ToString());
        Assert.NotEmpty(doubled);
        Assert.Equal(doubled, Truth.IdsOf(report, drill, "duplicated").Order(StringComparer.Ordinal));
        output.WriteLine($"{stack} {component}: {doubled.Count} doubled; {report.GetProperty("reasons")}");
    }

    /// <summary>
    /// A query dies of an outage that outlasts its client's patience, and its program exits with 0, so that a policy for failures does not start it again. What was
    /// injured is back, and healthy; the pipeline is not.
    /// </summary>
    [Fact]
    [Trait("Category", "Long")]
    public async Task Run_OnAQueryThatEndsAsIfAllWereWell_DoesNotTakeTheBrokersReturnForRecovery()
    {
        await using var drill = new Drill { Environment = { ["FAIL_QUIETLY"] = "1", ["DRIVER_RESTART"] = "on-failure" } };
        await drill.UpAsync("spark");

        var report = await RunAsync(drill, "spark", "faults: [ { stop: kafka, for: 90s } ]");

        Assert.Equal("exited 0", (await DockerCli.RunAsync("inspect", "spark_driver_1", "-f", "{{.State.Status}} {{.State.ExitCode}}")).Trim());
        NotRecovered(report, "stored");
    }

    /// <summary>A master that comes back without its state knows no application: it has the executors killed, and nobody asks it for others.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public async Task Run_OnAMasterThatComesBackWithoutItsState_DoesNotTakeItsReturnForRecovery()
    {
        await using var drill = new Drill();
        await drill.UpAsync("spark");

        NotRecovered(await RunAsync(drill, "spark", "irreversible: true\nfaults: [ { state_loss: master, path: /recovery, for: 10s } ]"), "cores_used");
    }

    /// <summary>High availability is off: the JobManager comes back healthy, and without its job.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public async Task Run_OnAJobThatIsForgotten_DoesNotTakeAHealthyJobManagerForRecovery()
    {
        await using var drill = new Drill();
        var target = Path.Combine(drill.Home, "forgetful.yaml");
        await File.WriteAllTextAsync(target, "extends: flink.yaml\ntarget: flink\ncomponents: { submitter: null }\n");
        (await drill.RunAsync("up", target)).Expect(0);
        try
        {
            // Nobody submits it again.
            await DockerCli.RunAsync("stop", "flink_submitter_1");
            NotRecovered(await RunAsync(drill, target, "faults: [ { kill: jobmanager, for: 20s } ]"), "job_running");
        }
        finally
        {
            (await drill.RunAsync("down", "flink", "--force")).Expect(0);
        }
    }

    /// <summary>A drill that does not wait long for what will not come.</summary>
    private static async Task<JsonElement> RunAsync(Drill drill, string target, string plan)
    {
        var path = Path.Combine(drill.Home, "plan.yaml");
        await File.WriteAllTextAsync(path, $"name: forgetful\nrecovery_timeout: 60s\nquiet_timeout: 20s\n{plan}\n");
        return await drill.RunSettledAsync("--plan", path, "--target", target);
    }

    /// <summary>What was injured is back, the pipeline is not, and the report says what is missing.</summary>
    private void NotRecovered(JsonElement report, string missing)
    {
        Assert.Equal("failed", report.GetProperty("verdict").GetString());
        Assert.Equal("censored", report.GetProperty("recovery").GetProperty("outcome").GetString());
        Assert.False(report.TryGetProperty("recovery_time_seconds", out _), "what did not recover has no recovery time");
        Assert.All(report.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("closed", fault.GetProperty("state").GetString()));
        var reasons = report.GetProperty("reasons").ToString();
        output.WriteLine(reasons);
        Assert.True(reasons.Contains(missing, StringComparison.Ordinal), reasons);
    }
}
