using System.Text.Json;
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

        var report = await RunAsync(drill, stack, name);

        output.WriteLine($"{stack} {name}: downtime {report.GetProperty("downtime_duration_seconds")} s, recovery {report.GetProperty("recovery_time_seconds")} s, {report.GetProperty("reasons")}");
        Assert.True("passed" == report.GetProperty("verdict").GetString(), report.GetProperty("reasons").ToString());
        Assert.Equal("passed", report.GetProperty("data_integrity_check").GetProperty("status").GetString());
        Assert.All(report.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("closed", fault.GetProperty("state").GetString()));
    }

    /// <summary>A pipeline that is still settling is refused before anything is injured, as it should be: it is given time.</summary>
    private static async Task<JsonElement> RunAsync(Drill drill, string stack, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            // The engines' start shall not be in the baseline.
            await Task.Delay(TimeSpan.FromSeconds(20));
            var report = (await drill.RunAsync("run", name, "--target", stack, "--json")).Json;
            if (attempt == Attempts || !report.GetProperty("reasons").EnumerateArray().Any(reason => reason.GetString()!.StartsWith("nothing was injured", StringComparison.Ordinal)))
            {
                return report;
            }
        }
    }
}
