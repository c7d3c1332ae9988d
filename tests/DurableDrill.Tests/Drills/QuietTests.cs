using DurableDrill.Drills;
using DurableDrill.Signals;

namespace DurableDrill.Tests.Drills;

public sealed class QuietTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Signals = [CanonicalSignals.Produced, CanonicalSignals.Stored, CanonicalSignals.Backlog];

    [Fact]
    public void Judge_NothingMovesAndBacklogEmpty_IsQuiet() =>
        Assert.Equal(new QuietResult(true, null), Judge(6, second => Three(second, 100, 100, 0)));

    [Fact]
    public void Judge_StoredStillGrows_IsNotQuietAndSaysWhat() =>
        Assert.Equal(new QuietResult(false, "stored still grows"), Judge(6, second => Three(second, 100, 90 + second, 0)));

    [Fact]
    public void Judge_StillStandingBacklog_IsNotQuiet() =>
        Assert.Equal(new QuietResult(false, "7 events are left in the backlog"), Judge(6, second => Three(second, 100, 93, 7)));

    [Fact]
    public void Judge_MovedBeforeTheStretch_IsQuiet() =>
        Assert.True(Judge(10, second => Three(second, 100, Math.Min(second, 3), 0)).Quiet);

    [Fact]
    public void Judge_ShorterThanTheStretch_IsNotQuiet() =>
        Assert.False(Judge(4, second => Three(second, 100, 100, 0)).Quiet);

    [Fact]
    public void Judge_SignalInAGap_IsNotQuietAndPassesOnTheReason()
    {
        var result = Judge(6, second => [.. Three(second, 100, 100, 0)[..2], new(CanonicalSignals.Backlog, At(second), TimeSpan.Zero, null, "no leader")]);

        Assert.False(result.Quiet);
        Assert.Contains("no leader", result.Moving);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void Judge_ProducedInAGap_IsQuietOnlyOfAFrozenProducer(bool frozen, bool answersOnce, bool quiet) =>
        Assert.Equal(quiet, Judge(6, second => Three(second, answersOnce && second == 3 ? 100 : null, 100, 0), frozen).Quiet);

    private static QuietResult Judge(int seconds, Func<int, Sample[]> at, bool frozen = false) =>
        Quiet.Judge([.. Enumerable.Range(0, seconds + 1).SelectMany(at)], Signals, Start, TimeSpan.FromSeconds(5), frozen);

    private static Sample[] Three(int second, double? produced, double stored, double backlog) =>
    [
        new(CanonicalSignals.Produced, At(second), TimeSpan.Zero, produced),
        new(CanonicalSignals.Stored, At(second), TimeSpan.Zero, stored),
        new(CanonicalSignals.Backlog, At(second), TimeSpan.Zero, backlog),
    ];

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);
}
