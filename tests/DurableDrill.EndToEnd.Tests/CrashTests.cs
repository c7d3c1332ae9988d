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
        await Drill.SettleAsync();
        using var process = drill.Start("run", "worker", "10", "--target", "orders-embedded", "--json");
        var ticket = await TicketAsync(drill, "applied", TimeSpan.FromMinutes(2));
        Assert.Equal("worker", Ticket(ticket).GetProperty("drill_id").GetString()!.Split('-')[0]);

        process.Kill();
        await process.WaitForExitAsync();

        await TicketAsync(drill, "closed", TimeSpan.FromMinutes(2));
        Assert.Equal("watchdog", Ticket(ticket).GetProperty("reverted_by").GetString());
        var next = (await drill.RunAsync("list")).Expect(0);
        Assert.Contains("died; it is aborted", next.Output + next.Error);
        Assert.Equal("passed", (await drill.DrillAsync(0, "worker", "10", "--target", "orders-embedded")).GetProperty("verdict").GetString());
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Kill9_AtTwentyRandomMoments_LeavesNoFaultBehind()
    {
        await using var drill = new Drill();
        await drill.UpAsync("orders-embedded");
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 1; round <= 20; round++)
        {
            var moment = TimeSpan.FromSeconds(random.NextDouble() * 45);
            using (var process = drill.Start("run", "workers", "10", "--target", "orders-embedded", "--json"))
            {
                await Task.Delay(moment);
                process.Kill();
                await process.WaitForExitAsync();
            }

            // Nothing is run: what is injured is put right all the same.
            await AllClosedAsync(drill, $"round {round} of seed {seed}, killed after {moment.TotalSeconds:0.0} s");
            var state = drill.StateOf("orders-embedded");
            Assert.True(!state.TryGetProperty("faults", out var faults) || !faults.EnumerateObject().Any(), $"round {round} of seed {seed}: {faults}");
            (await drill.RunAsync("list")).Expect(0);
        }
    }

    private static async Task AllClosedAsync(Drill drill, string what)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(3);
        while (Tickets(drill).Any(ticket => ticket.GetProperty("state").GetString() != "closed"))
        {
            Assert.True(DateTime.UtcNow < deadline, $"{what}: a ticket is still open: {string.Join('\n', Tickets(drill))}");
            await Task.Delay(LookEvery);
        }
    }

    private static IEnumerable<JsonElement> Tickets(Drill drill) =>
        Path.Combine(drill.Home, "tickets") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Select(Ticket) : [];

    private static JsonElement Ticket(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("ticket");

    private static async Task<string> TicketAsync(Drill drill, string state, TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (DateTime.UtcNow < deadline)
        {
            var folder = Path.Combine(drill.Home, "tickets");
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
            {
                if (Ticket(file).GetProperty("state").GetString() == state)
                {
                    return file;
                }
            }

            await Task.Delay(LookEvery);
        }

        throw new TimeoutException($"no ticket is {state} within {patience}");
    }
}
