using System.Text.Json;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.Cli;

/// <summary>What <c>drill revert</c> cannot reach it says, and never calls it reverted.</summary>
public sealed class RevertTests : IDisposable
{
    private readonly DrillProgram drill = new();

    public void Dispose() => drill.Dispose();

    [Fact]
    public async Task Revert_OfAFaultInAContainerGroup_SaysWhoReachesItAndKeepsTheTicketOpen()
    {
        var target = TargetReader.Read(
            """
            target: shop
            carrier: container-groups
            components: { worker: { container: worker-group } }
            signals: { stored: { file: stored.txt } }
            """, "shop.yaml").Value!;
        var folder = Directory.CreateDirectory(Path.Combine(drill.Home, "targets", "shop")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "state.json"), JsonSerializer.Serialize(
            new RunState
            {
                Run = "r1",
                Phase = RunPhase.Up,
                Definition = target,
                Ports = new Dictionary<string, int>(),
                Environment = new Dictionary<string, string>(),
                Since = DateTimeOffset.UtcNow,
            },
            DrillJson.Options));
        var now = DateTimeOffset.UtcNow;
        var tickets = new FileFaultLedger(Path.Combine(drill.Home, "tickets"));
        await tickets.TryOpenAsync(
            new("d1.stop", "d1", "shop", new Stop("worker"), now, now.AddMinutes(1), now.AddHours(1))
            {
                State = TicketState.Applied,
                Undo = DrillJson.ToElement(new { group = "worker-group", was_running = true }),
            },
            default);

        var run = await drill.RunAsync("revert", "--json");

        Assert.Equal(2, run.ExitCode);
        var act = Assert.Single(run.Json().GetProperty("acts").EnumerateArray());
        Assert.Equal("failed", act.GetProperty("outcome").GetString());
        Assert.Equal(
            "'shop' is of carrier container-groups, which this program does not reach: the Functions app does (drill --server URL revert)",
            act.GetProperty("error").GetString());
        Assert.Equal(TicketState.Reverting, (await tickets.ReadAsync("d1.stop", default))!.Value.State);
    }

    [Fact]
    public async Task Revert_OfWhatThisHomeDoesNotHold_NamesTheServer()
    {
        var run = await drill.RunAsync("revert", "d1", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("drill --server URL revert", run.Errors().Single());
    }
}
