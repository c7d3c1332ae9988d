using DurableDrill.Signals;
using DurableDrill.Tests.Recovery;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Signals;

public class SignalFeedTests
{
    [Fact]
    public void Next_Gap_IsNoReadingAndCountsFromTheLastOne()
    {
        var feed = new SignalFeed("backlog", SignalKind.Backlog);

        Assert.NotNull(feed.Next(At(0, 5)));
        Assert.Null(feed.Next(At(0.25, null)));
        Assert.Null(feed.Next(At(0.5, double.NaN)));
        Assert.Equal(7, feed.Next(At(3, 7))!.Value.Value);
        Assert.Equal(new("backlog", Time(0.001), Time(3), 2.999, "refused"), feed.LargestGap);
    }

    [Fact]
    public void Next_GapThatNeverEnds_HasNoEnd()
    {
        var feed = new SignalFeed("backlog", SignalKind.Backlog);

        feed.Next(At(0, 5));
        feed.Next(At(4, null));

        Assert.Null(feed.LargestGap!.To);
        Assert.Equal(3.999, feed.LargestGap.Seconds, 6);
    }

    [Fact]
    public void Next_CounterFalls_IsAResetAndTheCurveGoesOn()
    {
        var feed = new SignalFeed("stored", SignalKind.Counter);

        feed.Next(At(0, 100));
        Assert.Null(feed.Next(At(0.25, 3)));
        Assert.Equal(107, feed.Next(At(0.5, 10))!.Value.Value);
        Assert.Equal(1, feed.Resets);
        Assert.Equal("the counter was reset", feed.LargestGap!.Reason);
    }

    [Fact]
    public void Next_TwoReadingsAtATime_TheLaterMayShowTheEarlierValueAndIsLeftOut()
    {
        var feed = new SignalFeed("stored", SignalKind.Counter);

        feed.Next(new("stored", Time(0), TimeSpan.FromSeconds(1), 100));
        Assert.Null(feed.Next(new("stored", Time(0.5), TimeSpan.FromSeconds(0.1), 90)));
        Assert.Null(feed.Next(new("stored", Time(-1), TimeSpan.FromSeconds(0.1), 200)));
        Assert.Equal(0, feed.Resets);
    }

    [Fact]
    public void Next_GaugeStandsStill_IsAGapUntilItMoves()
    {
        var feed = new SignalFeed("latency", SignalKind.Burden, 0.5);

        var taken = Enumerable.Range(0, 40).Select(i => feed.Next(At(i / 4.0, 0.1))).ToList();

        // Five times 0.5 s and 2 s more.
        Assert.Equal(19, taken.Count(r => r is not null));
        Assert.NotNull(feed.Next(At(10, 0.2)));
        Assert.Equal("it no longer moves", feed.LargestGap!.Reason);
        Assert.InRange(feed.LargestGap.Seconds, 5.4, 5.6);
    }

    [Fact]
    public void Next_CounterStandsStill_IsAnOutageAndNoGap()
    {
        var feed = new SignalFeed("stored", SignalKind.Counter, 0.5);

        Assert.All(Enumerable.Range(0, 400), i => Assert.NotNull(feed.Next(At(i / 4.0, 100))));
    }

    [Fact]
    public void Next_ReadingsThatDidNotCome_AreAGap()
    {
        var feed = new SignalFeed("backlog", SignalKind.Backlog);

        foreach (var at in new[] { 0, 0.25, 0.5, 0.75, 6 })
        {
            feed.Next(At(at, at));
        }

        Assert.Equal("no reading was taken", feed.LargestGap!.Reason);
        Assert.Equal(5.249, feed.LargestGap.Seconds, 6);
    }

    [Fact]
    public void Next_AnySamples_NeverMakeAValueOfAGapAndNeverFall() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<(byte Step, short? Value)[]>().ToArbitrary(), drawn =>
        {
            var feed = new SignalFeed("stored", SignalKind.Counter);
            var (at, last) = (0.0, double.NegativeInfinity);
            foreach (var (step, value) in drawn)
            {
                at += step / 100.0;
                var reading = feed.Next(At(at, value));
                if ((value is null && reading is not null) || reading?.Value < last)
                {
                    return false;
                }

                last = reading?.Value ?? last;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void InFlightFeed_ReadingsThatTakeTime_HoldTheTruth() =>
        Prop.ForAll(
            ArbMap.Default.GeneratorFor<(byte Took, byte Then, bool Produced)[]>().ToArbitrary(),
            drawn =>
            {
                // Both curves are straight: 100 a second come in, and the sink is 20 behind.
                var feed = new InFlightFeed();
                var at = 0.0;
                foreach (var (took, then, produced) in drawn)
                {
                    var (start, end) = (at, at + (took / 256.0));
                    var seen = start + ((end - start) * then / 256.0);
                    var reading = new Reading(Time(start), Time(end), (100 * seen) - (produced ? 0 : 20));
                    var pairs = produced ? feed.Produced(reading) : feed.Stored(reading);
                    if (pairs.Any(p => p.Least > 20 + 1e-3 || p.Most < 20 - 1e-3))
                    {
                        return false;
                    }

                    at = end + 0.01;
                }

                return true;
            }).QuickCheckThrowOnFailure();

    private static DateTimeOffset Time(double seconds) => SimulatedPipeline.At(seconds);

    private static Sample At(double seconds, double? value) =>
        new("signal", Time(seconds), TimeSpan.FromMilliseconds(1), value, value is null ? "refused" : null);
}
