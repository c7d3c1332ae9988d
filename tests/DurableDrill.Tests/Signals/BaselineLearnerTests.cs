using DurableDrill.Signals;
using DurableDrill.Tests.Recovery;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Signals;

public class BaselineLearnerTests
{
    [Fact]
    public void Learn_LatencyOfMilliseconds_BandIsNoNarrowerThanTheTimeBetweenReadings()
    {
        var baseline = BaselineLearner.Learn(Gauge(CanonicalSignals.Latency, t => 0.008 + (0.0005 * Math.Sin(9 * t)), 40));
        Assert.InRange(baseline.Of(CanonicalSignals.Latency)!.Band.Upper!.Value, 0.25, 0.27);
    }

    [Fact]
    public void Learn_WhatOnlyGrows_RefusesNothingWhereItDoesNotDecide()
    {
        var growing = Gauge("disk", t => t < 14 ? 1000 : 1200, 20).ToList();

        Assert.Contains("\"disk\" is not steady", Assert.Single(BaselineLearner.Learn(growing).Refusals));
        var baseline = BaselineLearner.Learn(growing, told: ["disk"]);
        Assert.Empty(baseline.Refusals);
        Assert.Equal(SignalKind.Told, baseline.Of("disk")!.Kind);
        Assert.True(baseline.Of("disk")!.Band.Contains(double.MaxValue));
        Assert.Empty(BaselineLearner.Learn([.. Gauge("queue", _ => 7, 20), new("disk", Script.At(1), TimeSpan.Zero, null, "no du")], told: ["disk"]).Refusals);
    }

    [Fact]
    public void Learn_SteadyFlow_KnowsItsWindowRateAndBand()
    {
        var baseline = new Script().Baseline();

        Assert.Empty(baseline.Refusals);
        // 50 a second: 20 events take 0.4 s; three writes, seen every 0.25 s, take 0.75 s.
        Assert.Equal(0.25, baseline.WriteIntervalSeconds!.Value, 0.01);
        Assert.Equal(0.75, baseline.RateWindowSeconds, 0.01);
        var stored = baseline.Of(CanonicalSignals.Stored)!;
        Assert.Equal(SignalKind.Counter, stored.Kind);
        Assert.Equal(50, stored.P50, 1.0);
        Assert.InRange(stored.Band.Lower!.Value, 40, 46);
        Assert.InRange(stored.Band.Upper!.Value, 54, 60);
        Assert.Null(baseline.Of(CanonicalSignals.Backlog)!.Band.Lower);
        Assert.Equal(0, baseline.Of(SignalNames.InFlight)!.P50, 1.0);
    }

    [Fact]
    public void Learn_RareEvents_TakesAWindowThatHoldsTwenty() =>
        Assert.Equal(10, BaselineLearner.Learn(Counter(CanonicalSignals.Stored, t => Math.Floor(2 * t), 60)).RateWindowSeconds, 0.5);

    [Fact]
    public void Learn_SinkThatWritesEveryFiveSeconds_TakesAWindowOfThreeWrites()
    {
        var baseline = BaselineLearner.Learn(Counter(CanonicalSignals.Stored, t => 500 * Math.Floor(t / 5), 60));

        Assert.Equal(5, baseline.WriteIntervalSeconds!.Value, 0.3);
        Assert.Equal(15, baseline.RateWindowSeconds, 0.8);
        Assert.Empty(baseline.Refusals);
    }

    [Fact]
    public void Learn_ShorterThanThreeWindows_IsRefusedWithTheLengthItNeeds()
    {
        var refusal = Assert.Single(BaselineLearner.Learn(Counter(CanonicalSignals.Stored, t => 500 * Math.Floor(t / 5), 20)).Refusals);

        Assert.Contains("needs at least 45 s", refusal);
    }

    [Fact]
    public void Learn_NothingFlows_IsRefused()
    {
        var baseline = BaselineLearner.Learn(Counter(CanonicalSignals.Stored, _ => 1234, 20));

        Assert.Contains(baseline.Refusals, r => r.StartsWith("The pipeline does not flow: \"stored\" stood at 1234", StringComparison.Ordinal));
    }

    [Fact]
    public void Learn_FallsBehind_IsRefused()
    {
        var baseline = BaselineLearner.Learn(
            [.. Counter(CanonicalSignals.Produced, t => Math.Floor(100 * t), 20), .. Counter(CanonicalSignals.Stored, t => Math.Floor(80 * t), 20)]);

        Assert.Contains(baseline.Refusals, r => r.StartsWith("The pipeline does not keep up", StringComparison.Ordinal));
    }

    [Fact]
    public void Learn_StepInTheMiddle_IsNotSteady()
    {
        var baseline = BaselineLearner.Learn(Gauge("queue", t => t < 14 ? 10 + Math.Sin(t) : 30, 20));

        Assert.Contains(baseline.Refusals, r => r.StartsWith("\"queue\" is not steady", StringComparison.Ordinal));
    }

    [Fact]
    public void Learn_SawToothOfCheckpoints_IsPartOfTheBaseline()
    {
        var baseline = BaselineLearner.Learn(Gauge(CanonicalSignals.Backlog, t => 100 * (t % 10), 40));

        Assert.Empty(baseline.Refusals);
        var backlog = baseline.Of(CanonicalSignals.Backlog)!;
        Assert.True(backlog.Band.Contains(1000));
        Assert.Equal(0, backlog.ExcursionSeconds);
    }

    [Fact]
    public void Learn_PausesNowAndThen_AreNoiseOfThatLength()
    {
        var baseline = BaselineLearner.Learn(Gauge(CanonicalSignals.Latency, t => t % 10 < 1.5 ? 2 : 0.1 + (0.01 * Math.Sin(9 * t)), 40));

        Assert.InRange(baseline.Of(CanonicalSignals.Latency)!.ExcursionSeconds, 1.2, 1.8);
    }

    [Fact]
    public void Learn_Unreadable_IsRefusedInTheProbesWords()
    {
        var samples = Counter(CanonicalSignals.Stored, t => Math.Floor(50 * t), 20)
            .Append(new(CanonicalSignals.Backlog, SimulatedPipeline.At(1), TimeSpan.Zero, null, "no such group"));

        Assert.Contains("\"backlog\" could not be read: no such group.", BaselineLearner.Learn(samples).Refusals);
        Assert.Contains("\"latency\" could not be read: no sample.", BaselineLearner.Learn(samples, null, ["latency"]).Refusals);
        Assert.Equal(["There is not one reading of any signal."], BaselineLearner.Learn([]).Refusals);
    }

    [Fact]
    public void Learn_HypothesisNotMet_SaysWhatWasFoundAndWhatWasSupposed()
    {
        var baseline = BaselineLearner.Learn(
            new Script().Samples(20), [new("stored", 60, null), new("backlog", null, -1), new("stored", 40, 60), new("errors", null, 0)]);

        Assert.Equal(3, baseline.Refusals.Count);
        Assert.Contains("\"stored\" is 50", baseline.Refusals[0]);
        Assert.Contains("at least 60 was supposed", baseline.Refusals[0]);
        Assert.Contains("\"backlog\"", baseline.Refusals[1]);
        Assert.Contains("\"errors\", which has no readings", baseline.Refusals[2]);
    }

    [Fact]
    public void Learn_ComponentDown_IsRefused() =>
        Assert.Contains("\"up:kafka\": the component was not up.", BaselineLearner.Learn(Gauge("up:kafka", _ => 0, 20)).Refusals);

    [Fact]
    public void Band_AnyReadings_HoldsTheMedianAndGrowsWithThem() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<NonEmptyArray<NormalFloat>>().ToArbitrary(), drawn =>
        {
            double[] values = [.. drawn.Get.Select(v => Math.Round(v.Get % 1e6, 3))];
            var band = Bands.Of(SignalKind.Gauge, values, 1, 0.25);
            var tenfold = Bands.Of(SignalKind.Gauge, [.. values.Select(v => 10 * v)], 1, 0.25);
            var median = RobustStatistics.Median(values);
            return band.Contains(median)
                && Math.Abs(tenfold.Upper!.Value - (10 * band.Upper!.Value)) <= 1e-6 * Math.Max(1, Math.Abs(tenfold.Upper.Value))
                && (median <= 0 || (band.Lower <= 0.9 * median + 1e-9 && band.Upper >= (1.1 * median) - 1e-9));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void RobustStatistics_OneWildReading_HardlyMovesThem() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<PositiveInt>().ToArbitrary(), wild =>
        {
            double[] calm = [.. Enumerable.Range(0, 99).Select(i => 100 + Math.Sin(i))];
            double[] hit = [.. calm, 1e6 * wild.Get];
            return Math.Abs(RobustStatistics.Median(hit) - RobustStatistics.Median(calm)) < 0.1
                && Math.Abs(RobustStatistics.RobustSd(hit) - RobustStatistics.RobustSd(calm)) < 0.1;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.95, 3.85)]
    [InlineData(1, 4)]
    public void Quantile_OfFour_IsThatOfRAndNumPy(double q, double expected) =>
        Assert.Equal(expected, RobustStatistics.Quantile([1, 2, 3, 4], q), 9);

    [Fact]
    public void RobustSd_OfFive_IsScaledMad() => Assert.Equal(1.4826, RobustStatistics.RobustSd([1, 2, 3, 4, 100]), 9);

    private static IEnumerable<Sample> Counter(string signal, Func<double, double> value, double seconds) => Gauge(signal, value, seconds);

    private static IEnumerable<Sample> Gauge(string signal, Func<double, double> value, double seconds) =>
        from i in Enumerable.Range(1, (int)(seconds * 4))
        select new Sample(signal, SimulatedPipeline.At(i / 4.0), TimeSpan.FromMilliseconds(1), value(i / 4.0));
}
