using System.Text.Json;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>The process that runs the drill dies: the fault is reverted all the same.</summary>
[Trait("Category", "Integration")]
public sealed class CrashTests
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Kill9_WhileInjured_TheWatchdogRevertsThoughNothingIsRunAgain()
    {
        await using var drill = new Drill();
        await drill.UpAsync("orders-embedded");
        using var process = drill.Start("run", "worker", "10", "--target", "orders-embedded", "--json");
        var ticket = await TicketAsync(drill, "applied", TimeSpan.FromMinutes(2));
        Assert.Equal("worker", JsonDocument.Parse(File.ReadAllText(ticket)).RootElement.GetProperty("drill_id").GetString()!.Split('-')[0]);

        process.Kill();
        await process.WaitForExitAsync();

        await TicketAsync(drill, "closed", TimeSpan.FromMinutes(2));
        Assert.Equal("watchdog", JsonDocument.Parse(File.ReadAllText(ticket)).RootElement.GetProperty("reverted_by").GetString());
        var next = (await drill.RunAsync("list")).Expect(0);
        Assert.Contains("died", next.Error);
        Assert.Contains("aborted", next.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("passed", (await drill.DrillAsync(0, "worker", "10", "--target", "orders-embedded")).GetProperty("verdict").GetString());
    }

    private static async Task<string> TicketAsync(Drill drill, string state, TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (DateTime.UtcNow < deadline)
        {
            var folder = Path.Combine(drill.Home, "tickets");
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
            {
                if (JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("state").GetString() == state)
                {
                    return file;
                }
            }

            await Task.Delay(LookEvery);
        }

        throw new TimeoutException($"no ticket is {state} within {patience}");
    }
}
