using System.Globalization;
using DurableDrill.Plans;

namespace DurableDrill.Signals;

/// <summary>What makes a baseline no baseline. All reasons at once, each with what was found and what is allowed.</summary>
internal static class BaselineRules
{
    public static IEnumerable<string> Refusals(
        IReadOnlyList<LearnedSeries> series, IReadOnlyList<LearnedSignal> signals, double window, double length, IReadOnlyList<Bound> hypothesis) =>
        Unread(series)
            .Concat(TooShort(series, window, length))
            .Concat(NotFlowing(series))
            .Concat(NotKeepingUp(series))
            .Concat(signals.SelectMany(NotSteady))
            .Concat(hypothesis.SelectMany(b => NotAsSupposed(b, signals)));

    private static IEnumerable<string> Unread(IReadOnlyList<LearnedSeries> series) =>
        from one in series
        where one.Readings.Count == 0 && one.Feed.Kind != SignalKind.Told
        select $"\"{one.Feed.Signal}\" could not be read: {one.Feed.LargestGap?.Reason ?? "no sample"}.";

    private static IEnumerable<string> TooShort(IReadOnlyList<LearnedSeries> series, double window, double length)
    {
        if (series.Any(s => s.Feed.Kind == SignalKind.Counter && s.Readings.Count > 0) && length < 3 * window)
        {
            yield return $"The baseline lasted {Text(length)} s; a rate takes a window of {Text(window)} s here "
                + $"({BaselineLearner.EventsPerWindow} events and {BaselineLearner.WritesPerWindow} writes of the sink), so it needs at least {Text(Math.Ceiling(3 * window))} s.";
        }
    }

    private static IEnumerable<string> NotFlowing(IReadOnlyList<LearnedSeries> series) =>
        from one in series
        where one.Feed.Signal is CanonicalSignals.Produced or CanonicalSignals.Stored && one.Readings.Count > 0
        where one.Readings[^1].Value <= one.Readings[0].Value
        select $"The pipeline does not flow: \"{one.Feed.Signal}\" stood at {Text(one.Readings[0].Value)} all the time.";

    private static IEnumerable<string> NotKeepingUp(IReadOnlyList<LearnedSeries> series)
    {
        if (Growth(series, CanonicalSignals.Produced) is { } produced && Growth(series, CanonicalSignals.Stored) is { } stored
            && stored > 0 && produced - stored > Math.Max(0.1 * produced, BaselineLearner.EventsPerWindow))
        {
            yield return $"The pipeline does not keep up: {Text(produced)} events were produced and {Text(stored)} stored.";
        }
    }

    private static IEnumerable<string> NotSteady(LearnedSignal signal)
    {
        var band = signal.Baseline.Band;
        if (signal.Baseline.Kind == SignalKind.Up)
        {
            if (signal.Baseline.P50 < 1)
            {
                yield return $"\"{signal.Baseline.Signal}\": the component was not up.";
            }

            yield break;
        }

        var medians = Thirds(signal.Values).Select(RobustStatistics.Median).ToList();
        if (medians.Any(m => !band.Contains(m)))
        {
            yield return $"\"{signal.Baseline.Signal}\" is not steady: the medians of the window's thirds are "
                + $"{string.Join(", ", medians.Select(Text))}; its band is {Text(band)}.";
        }
    }

    private static IEnumerable<string> NotAsSupposed(Bound bound, IReadOnlyList<LearnedSignal> signals)
    {
        if (signals.FirstOrDefault(s => s.Baseline.Signal == bound.Signal)?.Baseline is not { } signal)
        {
            yield return $"The hypothesis speaks of \"{bound.Signal}\", which has no readings.";
            yield break;
        }

        var counter = signal.Kind == SignalKind.Counter;
        var (low, high) = counter ? (signal.P50, signal.P50) : (signal.P05, signal.P95);
        var what = counter ? "a second in the median" : "in 95 % of the readings";
        if (low < bound.Min)
        {
            yield return $"The hypothesis is not met: \"{bound.Signal}\" is {Text(low)} {what}; at least {Text(bound.Min.Value)} was supposed.";
        }

        if (high > bound.Max)
        {
            yield return $"The hypothesis is not met: \"{bound.Signal}\" is {Text(high)} {what}; at most {Text(bound.Max.Value)} was supposed.";
        }
    }

    private static IEnumerable<IEnumerable<double>> Thirds(IReadOnlyList<(DateTimeOffset At, double Value)> values)
    {
        var (from, length) = (values[0].At, values[^1].At - values[0].At);
        return values
            .GroupBy(v => length == TimeSpan.Zero ? 0 : Math.Min(2, (int)(3 * ((v.At - from) / length))))
            .OrderBy(g => g.Key)
            .Select(g => g.Select(v => v.Value));
    }

    private static double? Growth(IReadOnlyList<LearnedSeries> series, string signal) =>
        series.FirstOrDefault(s => s.Feed.Signal == signal)?.Readings is { Count: > 1 } readings ? readings[^1].Value - readings[0].Value : null;

    private static string Text(SignalBand band) => (band.Lower, band.Upper) switch
    {
        ({ } lower, { } upper) => $"{Text(lower)} to {Text(upper)}",
        (null, { } upper) => $"at most {Text(upper)}",
        ({ } lower, null) => $"at least {Text(lower)}",
        _ => "anything",
    };

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
