using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Faults;

public sealed class FaultExecutorTests
{
    private readonly FaultWorld world = new();

    [Fact]
    public async Task Open_Twice_KeepsTheFirst()
    {
        var first = await world.Executor.OpenAsync(world.Ticket(), default);
        world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(first, await world.Executor.OpenAsync(world.Ticket(), default));
    }

    [Fact]
    public async Task Open_WithAnotherFaultUnderTheSameId_IsRefused()
    {
        await world.Executor.OpenAsync(world.Ticket(), default);

        await Assert.ThrowsAsync<ArgumentException>(() => world.Executor.OpenAsync(world.Ticket() with { Fault = new Kill("b") }, default));
    }

    [Fact]
    public async Task Apply_OfAnOpenTicket_KeepsTheUndoFirstThenAWatchdogThenActs()
    {
        world.Store(world.Ticket());

        var result = await world.Executor.ApplyAsync(FaultWorld.TicketId, default);

        Assert.Null(result.Refusal);
        Assert.Equal(["prepare", "watchdog", "apply"], world.Calls);
        Assert.Equal("healthy", world.Stored().Undo!.Value.GetString());
        Assert.Equal(TicketState.Applied, world.Stored().State);
        Assert.Equal(new Instants(world.Time.GetUtcNow(), world.Time.GetUtcNow()), world.Stored().Applied);
    }

    [Fact]
    public async Task Apply_Again_DoesNothing()
    {
        world.Store(world.Ticket());
        await world.Executor.ApplyAsync(FaultWorld.TicketId, default);
        world.Calls.Clear();

        Assert.Null((await world.Executor.ApplyAsync(FaultWorld.TicketId, default)).Refusal);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task Apply_AfterAnAttemptThatCrashed_KeepsItsUndoAndWidensTheInstant()
    {
        var prepared = world.Time.GetUtcNow();
        world.Store(world.Ticket() with { Undo = DrillJson.ToElement("first"), PreparedAt = prepared });
        world.Time.Advance(TimeSpan.FromSeconds(5));

        await world.Executor.ApplyAsync(FaultWorld.TicketId, default);

        Assert.Equal("first", world.Stored().Undo!.Value.GetString());
        Assert.Equal(new Instants(prepared, world.Time.GetUtcNow()), world.Stored().Applied);
    }

    [Theory]
    [InlineData(DrillLife.Over, "is over")]
    [InlineData(DrillLife.Unknown, "cannot be told")]
    public async Task Apply_OfADrillThatDoesNotRun_IsRefused(DrillLife life, string why)
    {
        world.Store(world.Ticket());
        world.Life = life;

        var result = await world.Executor.ApplyAsync(FaultWorld.TicketId, default);

        Assert.Contains(why, result.Refusal);
        Assert.False(world.Present);
    }

    [Fact]
    public async Task Apply_AtItsDeadline_IsRefused()
    {
        world.Store(world.Ticket());
        world.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Contains("deadline", (await world.Executor.ApplyAsync(FaultWorld.TicketId, default)).Refusal);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task Apply_WithoutAWatchdog_InjuresNothing()
    {
        world.Store(world.Ticket());
        world.WatchdogError = "no watchdog";

        await Assert.ThrowsAsync<TargetException>(() => world.Executor.ApplyAsync(FaultWorld.TicketId, default));

        Assert.False(world.Present);
    }

    [Fact]
    public async Task Apply_ThatIsStillWaitingAtTheDeadline_IsCutOff()
    {
        world.Store(world.Ticket());
        world.Turn = call =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(call == "apply" ? 30 : 0));
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<TargetException>(() => world.Executor.ApplyAsync(FaultWorld.TicketId, default));

        Assert.Contains("not applied by its deadline", error.Message);
        Assert.False(world.Present);
        Assert.Equal(TicketState.Open, world.Stored().State);
    }

    [Fact]
    public async Task Apply_ThatComesAfterTheTicketWasClosed_IsUndoneAndClosedAgain()
    {
        world.Store(world.Ticket());
        world.Deaf = true;
        world.Turn = async call =>
        {
            if (call == "apply")
            {
                world.Turn = _ => Task.CompletedTask;
                world.Time.Advance(TimeSpan.FromSeconds(31));
                var closed = await world.Executor.CloseAsync(FaultWorld.TicketId, "watchdog", default);
                Assert.Equal(TicketState.Closed, closed!.State);
            }
        };

        var result = await world.Executor.ApplyAsync(FaultWorld.TicketId, default);

        Assert.Contains("reverted while", result.Refusal);
        Assert.Contains("apply", world.Calls);
        Assert.False(world.Present);
        Assert.Equal(TicketState.Closed, world.Stored().State);
        Assert.Equal("a late apply undid itself", world.Stored().Note);
    }

    [Fact]
    public async Task Revert_OfNoTicket_IsNothing() =>
        Assert.Null(await world.Executor.RevertAsync("never", "workflow", default));

    [Fact]
    public async Task Revert_OfATicketThatNobodyPrepared_TouchesNoTargetAndClosesAtOnce()
    {
        world.Store(world.Ticket());

        var closed = await world.Executor.CloseAsync(FaultWorld.TicketId, "workflow", default);

        Assert.Empty(world.Calls);
        Assert.Equal(TicketState.Closed, closed!.State);
    }

    [Fact]
    public async Task Revert_ThatFails_KeepsTheTicketOpenAndSaysWhy()
    {
        await AppliedAsync();
        world.RevertError = "the broker does not start";

        await Assert.ThrowsAsync<TargetException>(() => world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default));

        Assert.Equal(TicketState.Reverting, world.Stored().State);
        Assert.Contains("the broker does not start", world.Stored().Note);
        world.RevertError = null;
        var reverted = await world.Executor.RevertAsync(FaultWorld.TicketId, "hand", default);
        Assert.Equal((TicketState.Reverted, "hand"), (reverted!.State, reverted.RevertedBy));
    }

    [Fact]
    public async Task Revert_OfAFaultThatFillsTheLedgersDisk_TakesItAwayFirst()
    {
        world.Store(world.Ticket());
        world.FillsTheLedger = true;
        await Assert.ThrowsAsync<IOException>(() => world.Executor.ApplyAsync(FaultWorld.TicketId, default));
        Assert.True(world.Present);

        var reverted = await world.Executor.RevertAsync(FaultWorld.TicketId, "watchdog", default);

        Assert.False(world.Present);
        Assert.Equal(TicketState.Reverted, reverted!.State);
    }

    [Fact]
    public async Task Revert_OfATargetThatIsGone_IsSuccess()
    {
        await AppliedAsync();
        world.Gone = true;
        world.Time.Advance(TimeSpan.FromSeconds(31));

        var closed = await world.Executor.CloseAsync(FaultWorld.TicketId, "janitor", default);

        Assert.Equal(TicketState.Closed, closed!.State);
        Assert.Contains("gone", closed.Note);
    }

    [Fact]
    public async Task Close_BeforeTheDeadline_LeavesTheTicketReverted()
    {
        await AppliedAsync();

        var early = await world.Executor.CloseAsync(FaultWorld.TicketId, "workflow", default);
        Assert.Equal(TicketState.Reverted, early!.State);

        world.Time.Advance(TimeSpan.FromSeconds(30.1));
        Assert.Equal(TicketState.Closed, (await world.Executor.CloseAsync(FaultWorld.TicketId, "workflow", default))!.State);
    }

    [Fact]
    public async Task Close_OfAFaultThatCameBack_RevertsIt()
    {
        await AppliedAsync();
        await world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default);
        await world.ApplyAsync(world.Stored(), default);
        world.Time.Advance(TimeSpan.FromSeconds(31));

        await world.Executor.CloseAsync(FaultWorld.TicketId, "janitor", default);

        Assert.False(world.Present);
        Assert.Equal("came back after the revert", world.Stored().Note);
    }

    private async Task AppliedAsync()
    {
        world.Store(world.Ticket());
        await world.Executor.ApplyAsync(FaultWorld.TicketId, default);
        Assert.True(world.Present);
    }
}
