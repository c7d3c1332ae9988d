using DurableDrill.Faults;
using DurableDrill.SelfHealing;

namespace DurableDrill.Tests.SelfHealing;

public class DrillHoldsTests
{
    [Fact]
    public void Of_TicketsOfATarget_HoldTheComponentAndItsPeer()
    {
        var holds = DrillHolds.Of("t", new([Ticket(new Partition("a", "b")), Ticket(new Kill("c")) with { Target = "other" }], []), null);

        Assert.Equal("the drill d holds it (partition)", holds.Why("a"));
        Assert.NotNull(holds.Why("b"));
        Assert.Null(holds.Why("c"));
    }

    [Theory]
    [InlineData(TicketState.Open, false)]
    [InlineData(TicketState.Applied, true)]
    [InlineData(TicketState.Reverting, false)]
    public void Of_ATicketThatIsLeftToTheWatch_LetsItHealWhileTheFaultIsThere(TicketState state, bool may)
    {
        var holds = DrillHolds.Of("t", new([Ticket(new Kill("a")) with { State = state, HealedBy = FaultTicket.Watch }], []), null);

        Assert.Equal(may, holds.Why("a") is null);
        Assert.Equal(may ? ["d.x"] : [], holds.LeftToWatch("a"));
    }

    [Fact]
    public void Of_TwoTicketsOnOneComponent_TheStricterCounts()
    {
        var left = Ticket(new Kill("a")) with { State = TicketState.Applied, HealedBy = FaultTicket.Watch };

        Assert.NotNull(DrillHolds.Of("t", new([left, Ticket(new Stop("a")) with { State = TicketState.Applied }], []), null).Why("a"));
    }

    [Fact]
    public void Of_WhatCannotBeRead_OrIsHeldFromElsewhere_HoldsEverything()
    {
        Assert.Contains("x.json", DrillHolds.Of("t", new([], ["x.json: no ticket"]), null).Why("a"));
        Assert.Contains("drill-7", DrillHolds.Of("t", new([], []), "drill-7").Why("a"));
        Assert.Null(DrillHolds.None.Why("a"));
    }

    private static FaultTicket Ticket(Fault fault) => new("d.x", "d", "t", fault, default, default, default);
}
