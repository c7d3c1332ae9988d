using DurableDrill.Drills;
using DurableDrill.Signals;

namespace DurableDrill.Tests.Drills;

public sealed class StopConditionsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 20, null)]
    [InlineData(10, 31, "backlog is 31, and must be at most 30")]
    [InlineData(31, 10, null)]
    public void FirstViolated_OfAGauge_LooksAtItsLastValue(double first, double last, string? expected) =>
        Assert.Equal(expected, StopConditions.FirstViolated([new("backlog", null, 30)], [Read("backlog", 0, first), Read("backlog", 1, last)]));

    [Fact]
    public void FirstViolated_OfACounter_LooksAtItsRate() => Assert.Equal(
        "stored is 4, and must be at least 5",
        StopConditions.FirstViolated([new("stored", 5, null)], [Read("stored", 0, 1000), Read("stored", 2, 1008)]));

    [Fact]
    public void FirstViolated_OfASignalInAGap_IsNoViolation() => Assert.Null(
        StopConditions.FirstViolated([new("backlog", null, 1)], [new("backlog", Start, TimeSpan.Zero, null, "away")]));

    private static Sample Read(string signal, int second, double value) => new(signal, Start.AddSeconds(second), TimeSpan.Zero, value);
}
