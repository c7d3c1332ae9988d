using System.Diagnostics;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>The self-healing watch is what is measured: it brings back what the drill kills, and every event is proved.</summary>
[Trait("Category", "Integration")]
[Trait("Category", "Long")]
public sealed class HealedByWatchTests
{
    [Fact]
    public async Task Run_HealedByTheWatch_PassesWithItAndFailsWithoutIt()
    {
        await using var drill = new Drill();
        await drill.UpAsync("orders-embedded");
        var plan = Path.Combine(drill.Home, "plan.yaml");
        await File.WriteAllTextAsync(plan, "name: healed\nfaults: [ { kill: processors, for: 20s } ]\nhealed_by: watch\n");
        string[] arguments = ["--plan", plan, "--target", "orders-embedded"];

        using (var watch = drill.Start("watch", "--target", "orders-embedded", "--json"))
        {
            var said = watch.StandardError.ReadToEndAsync();
            var report = await drill.DrillAsync(0, arguments);
            Assert.Equal("passed", report.GetProperty("verdict").GetString());
            Assert.True(report.GetProperty("recovery").GetProperty("self_healed").GetBoolean());
            foreach (var fault in report.GetProperty("faults").EnumerateArray())
            {
                Assert.True(fault.GetProperty("healed").GetProperty("latest").GetDateTimeOffset() < fault.GetProperty("reverted").GetProperty("earliest").GetDateTimeOffset());
                Assert.InRange(fault.GetProperty("measured_seconds").GetDouble(), 1, 15);
            }

            using var interrupt = Process.Start("kill", ["-TERM", $"{watch.Id}"]);
            await watch.WaitForExitAsync();
            Assert.True(watch.ExitCode == 0, await said);
        }

        var without = await drill.DrillAsync(1, arguments);

        Assert.All(without.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("workflow", fault.GetProperty("reverted_by").GetString()));
        Assert.Contains("the watch did not heal", without.GetProperty("reasons")[0].GetString());
    }
}
