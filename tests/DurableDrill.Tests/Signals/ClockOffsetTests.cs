using DurableDrill.Signals;

namespace DurableDrill.Tests.Signals;

public sealed class ClockOffsetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ServerAheadByTwoSeconds_HoldsTheTruthBetweenItsEnds()
    {
        var offset = ClockOffset.Of(Noon, Noon.AddSeconds(2.01), Noon.AddSeconds(0.03));
        Assert.Equal(1.98, offset.AtLeastSeconds, 6);
        Assert.Equal(2.01, offset.AtMostSeconds, 6);
    }

    [Fact]
    public void Of_RoundedServerTime_WidensUpwards() =>
        Assert.Equal(1.0, ClockOffset.Of(Noon, Noon, Noon, TimeSpan.FromSeconds(1)).AtMostSeconds);

    [Fact]
    public void Narrow_Overlapping_IsTheIntersection() =>
        Assert.Equal(new ClockOffset(2, 3), new ClockOffset(1, 3).Narrow(new(2, 5)));

    [Fact]
    public void Narrow_Contradicting_KeepsTheNarrower() =>
        Assert.Equal(new ClockOffset(5, 6), new ClockOffset(1, 3).Narrow(new(5, 6)));
}
