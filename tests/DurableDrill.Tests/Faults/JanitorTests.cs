using DurableDrill.Faults;

namespace DurableDrill.Tests.Faults;

public sealed class JanitorTests
{
    private readonly FaultWorld world = new();

    [Fact]
    public async Task Sweep_OfADrillThatRuns_WaitsForTheTicketsTime()
    {
        await AppliedAsync();

        Assert.Equal(JanitorOutcome.NotDue, Assert.Single((await SweepAsync()).Acts).Outcome);
        Assert.True(world.Present);

        world.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(JanitorOutcome.Closed, Assert.Single((await SweepAsync()).Acts).Outcome);
        Assert.False(world.Present);
        Assert.Empty((await SweepAsync()).Acts);
    }

    [Fact]
    public async Task Sweep_OfADrillThatIsOver_RevertsAtOnceAndClosesAfterTheDeadline()
    {
        await AppliedAsync();
        world.Life = DrillLife.Over;
        world.Holds["drill"] = "";

        Assert.Equal(JanitorOutcome.Reverted, Assert.Single((await SweepAsync()).Acts).Outcome);
        Assert.False(world.Present);
        Assert.Single(world.Holds);

        world.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(JanitorOutcome.Closed, Assert.Single((await SweepAsync()).Acts).Outcome);
        Assert.Empty(world.Holds);
    }

    [Fact]
    public async Task Sweep_OfARevertedTicketOfADrillThatRuns_ClosesItAfterTheDeadline()
    {
        await AppliedAsync();
        await world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default);
        Assert.Equal(JanitorOutcome.NotDue, Assert.Single((await SweepAsync()).Acts).Outcome);

        world.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(JanitorOutcome.Closed, Assert.Single((await SweepAsync()).Acts).Outcome);
    }

    [Fact]
    public async Task Sweep_OfADrillNobodyCanTellOf_WaitsForTheTicketsTime()
    {
        await AppliedAsync();
        world.Life = DrillLife.Unknown;

        Assert.Equal(JanitorOutcome.NotDue, Assert.Single((await SweepAsync()).Acts).Outcome);
    }

    [Fact]
    public async Task Sweep_WithATicketThatFails_GoesOnWithTheOthers()
    {
        await AppliedAsync();
        world.Store(world.Ticket("drill.never-applied"));
        world.Life = DrillLife.Over;
        world.RevertError = "no";

        var report = await SweepAsync();

        Assert.Equal([JanitorOutcome.Failed, JanitorOutcome.Closed], report.Acts.Select(act => act.Outcome));
        Assert.Contains("no", report.Acts[0].Error);
        Assert.False(report.Clean);
    }

    [Fact]
    public async Task Sweep_WithAnUnreadableTicket_TellsOfIt()
    {
        world.Unreadable.Add("t.json is no ticket");

        var report = await SweepAsync();

        Assert.Equal(["t.json is no ticket"], report.Unreadable);
        Assert.False(report.Clean);
    }

    [Fact]
    public async Task Revert_ByHand_TakesTicketsDrillsOrEverything()
    {
        await AppliedAsync();
        world.Store(world.Ticket("other.pause-b") with { DrillId = "other" });

        var one = await world.Janitor.RevertAsync(["other"], default);
        Assert.Equal("other.pause-b", Assert.Single(one.Acts).Ticket.Id);
        Assert.True(world.Present);

        var all = await world.Janitor.RevertAsync([], default);
        Assert.Equal(("hand", JanitorOutcome.Reverted), (all.Acts[0].Ticket.RevertedBy, all.Acts[0].Outcome));
        Assert.False(world.Present);
    }

    [Fact]
    public async Task Revert_OfAnUnknownName_NamesIt()
    {
        var error = await Assert.ThrowsAsync<KeyNotFoundException>(() => world.Janitor.RevertAsync(["nothing"], default));

        Assert.Contains("'nothing'", error.Message);
    }

    private Task<JanitorReport> SweepAsync() => world.Janitor.SweepAsync("janitor", default);

    private async Task AppliedAsync()
    {
        world.Store(world.Ticket());
        await world.Executor.ApplyAsync(FaultWorld.TicketId, default);
    }
}
