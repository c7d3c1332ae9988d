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
    private const int Attempts = 3;

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

        var report = await RunAsync(drill, name, "--target", stack);

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
        var report = await RunAsync(drill, "--plan", plan, "--target", stack);

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

    /// <summary>A pipeline that is still settling is refused before anything is injured, as it should be: it is given time.</summary>
    private static async Task<JsonElement> RunAsync(Drill drill, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            // The engines' start shall not be in the baseline.
            await Task.Delay(TimeSpan.FromSeconds(20));
            var report = (await drill.RunAsync(["run", .. arguments, "--json"])).Json;
            if (attempt == Attempts || !report.GetProperty("reasons").EnumerateArray().Any(reason => reason.GetString()!.StartsWith("nothing was injured", StringComparison.Ordinal)))
            {
                return report;
            }
        }
    }
}
