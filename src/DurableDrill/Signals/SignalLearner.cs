using DurableDrill.Recovery;

namespace DurableDrill.Signals;

/// <summary>Describes one signal over the baseline, and finds how long it was out of its own band there.</summary>
internal static class SignalLearner
{
    public static LearnedSignal? Learn(LearnedSeries series, double rateWindowSeconds)
    {
        var kind = series.Feed.Kind;
        if (kind != SignalKind.Counter)
        {
            return Describe(series.Feed.Signal, kind, [.. series.Readings.Select(r => (r.At, r.Value))], series.Readings, rateWindowSeconds);
        }

        var windows = new RateWindows(TimeSpan.FromSeconds(rateWindowSeconds));
        var rates = series.Readings.SelectMany(r => windows.Next(r).Select(w => (w.Readings[0].At, w.Rate))).ToList();
        return rates.Count == 0 ? null : Describe(series.Feed.Signal, kind, rates, series.Readings, rateWindowSeconds);
    }

    public static LearnedSignal? LearnInFlight(IReadOnlyList<LearnedSeries> series, double rateWindowSeconds)
    {
        if (series.FirstOrDefault(s => s.Feed.Signal == CanonicalSignals.Produced) is not { } produced
            || series.FirstOrDefault(s => s.Feed.Signal == CanonicalSignals.Stored) is not { } stored)
        {
            return null;
        }

        var feed = new InFlightFeed();
        var pairs = produced.Readings.Select(r => (Produced: true, Reading: r)).Concat(stored.Readings.Select(r => (Produced: false, Reading: r)))
            .OrderBy(r => r.Reading.Start)
            .SelectMany(r => r.Produced ? feed.Produced(r.Reading) : feed.Stored(r.Reading))
            .ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var values = pairs.Select(p => (p.Stored.At, p.Middle)).ToList();
        var learned = Describe(SignalNames.InFlight, SignalKind.InFlight, values, [.. pairs.Select(p => p.Stored)], rateWindowSeconds);
        // It cannot be told more exactly than its readings are.
        var unsure = RobustStatistics.Quantile(RobustStatistics.Sorted(pairs.Select(p => p.Most - p.Least)), 0.95) / 2;
        var band = learned.Baseline.Band;
        var wide = new SignalBand(Math.Min(band.Lower!.Value, learned.Baseline.P50 - unsure), Math.Max(band.Upper!.Value, learned.Baseline.P50 + unsure));
        return learned with { Baseline = WithExcursion(learned.Baseline with { Band = wide }, [.. pairs.Select(p => p.Stored with { Value = p.Middle })], rateWindowSeconds) };
    }

    private static LearnedSignal Describe(
        string signal, SignalKind kind, List<(DateTimeOffset At, double Value)> values, List<Reading> readings, double rateWindowSeconds)
    {
        var sorted = RobustStatistics.Sorted(values.Select(v => v.Value));
        var cadence = RobustStatistics.Median(readings.Zip(readings.Skip(1)).Select(p => (p.Second.At - p.First.At).TotalSeconds).DefaultIfEmpty(0));
        var baseline = new SignalBaseline(
            signal,
            kind,
            sorted.Length,
            sorted.Average(),
            RobustStatistics.RobustSd(sorted),
            RobustStatistics.Quantile(sorted, 0.05),
            RobustStatistics.Quantile(sorted, 0.5),
            RobustStatistics.Quantile(sorted, 0.95),
            RobustStatistics.Quantile(sorted, 0.99),
            Bands.Of(kind, sorted, rateWindowSeconds, cadence),
            0,
            Standstill(readings),
            cadence);
        return new(WithExcursion(baseline, readings, rateWindowSeconds), values);
    }

    /// <summary>The longest time out of the band, by the same watch that will look for injuries.</summary>
    private static SignalBaseline WithExcursion(SignalBaseline baseline, List<Reading> readings, double rateWindowSeconds)
    {
        SignalWatch watch = baseline.Kind == SignalKind.Counter
            ? new RateWatch(baseline, TimeSpan.Zero, TimeSpan.FromSeconds(rateWindowSeconds))
            : new GaugeWatch(baseline, TimeSpan.Zero);
        readings.ForEach(watch.Next);
        return baseline with
        {
            ExcursionSeconds = watch.Band.Excursions
                .Select(e => Elapsed.Between(e.Began, e.Ended ?? Reading.Between(readings[^1], readings[^1])).Seconds)
                .DefaultIfEmpty(0)
                .Max(),
        };
    }

    private static double? Standstill(List<Reading> readings)
    {
        var changes = readings.Zip(readings.Skip(1)).Where(p => p.Second.Value != p.First.Value).Select(p => p.Second.At).ToList();
        return changes.Count < 5
            ? null
            : changes.Prepend(readings[0].At).Append(readings[^1].At).Zip(changes.Append(readings[^1].At)).Max(p => (p.Second - p.First).TotalSeconds);
    }
}
