using DurableDrill.Plans;

namespace DurableDrill.Signals;

/// <summary>Learns what the healthy pipeline looks like, and says why it cannot serve as a baseline where it cannot.</summary>
public static class BaselineLearner
{
    /// <summary>A rate window holds at least so many events.</summary>
    public const int EventsPerWindow = 20;

    /// <summary>A rate window holds at least so many of the sink's own write intervals.</summary>
    public const int WritesPerWindow = 3;

    /// <summary>Learns a baseline.</summary>
    /// <param name="samples">The samples of the healthy window, in order of time for each signal.</param>
    /// <param name="hypothesis">What must hold: on a counter of its median rate, else of 95 % of the readings.</param>
    /// <param name="expected">Signals that must have readings though no sample may have come from them.</param>
    /// <param name="told">Signals that decide nothing.</param>
    public static Baseline Learn(
        IEnumerable<Sample> samples, IReadOnlyList<Bound>? hypothesis = null, IReadOnlyList<string>? expected = null, IReadOnlyCollection<string>? told = null)
    {
        var series = SeriesOf(samples, expected ?? [], told ?? []);
        var readings = series.SelectMany(s => s.Readings).ToList();
        if (readings.Count == 0)
        {
            return new() { From = default, To = default, RateWindowSeconds = 1, Signals = [], Refusals = ["There is not one reading of any signal."] };
        }

        var (from, to) = (readings.Min(r => r.Start), readings.Max(r => r.End));
        var writes = series.Where(s => s.Feed.Signal == CanonicalSignals.Stored).Select(s => WriteInterval(s.Readings)).FirstOrDefault();
        var window = SteadyWindowSeconds(series, RateWindowSeconds(series, writes), (to - from).TotalSeconds);
        var signals = series.Where(s => s.Readings.Count > 0).Select(s => SignalLearner.Learn(s, window)).OfType<LearnedSignal>().ToList();
        if (SignalLearner.LearnInFlight(series, window) is { } inFlight)
        {
            signals.Add(inFlight);
        }

        return new()
        {
            From = from,
            To = to,
            RateWindowSeconds = window,
            WriteIntervalSeconds = writes,
            Signals = [.. signals.Select(s => s.Baseline)],
            Gaps = [.. series.Select(s => s.Feed.LargestGap).OfType<SignalGap>()],
            Refusals = [.. BaselineRules.Refusals(series, signals, window, (to - from).TotalSeconds, hypothesis ?? [])],
        };
    }

    private static List<LearnedSeries> SeriesOf(IEnumerable<Sample> samples, IReadOnlyList<string> expected, IReadOnlyCollection<string> told)
    {
        LearnedSeries Of(string signal) => new(new(signal, told.Contains(signal) ? SignalKind.Told : SignalNames.KindOf(signal)), []);
        var series = expected.ToDictionary(s => s, Of);
        foreach (var sample in samples)
        {
            if (!series.TryGetValue(sample.Signal, out var one))
            {
                series.Add(sample.Signal, one = Of(sample.Signal));
            }

            if (one.Feed.Next(sample) is { } reading)
            {
                one.Readings.Add(reading);
            }
        }

        return [.. series.Values.OrderBy(s => s.Feed.Signal, StringComparer.Ordinal)];
    }

    /// <summary>The median time between two readings that rose; null when fewer than two did.</summary>
    internal static double? WriteInterval(IReadOnlyList<Reading> readings)
    {
        var rises = readings.Zip(readings.Skip(1)).Where(p => p.Second.Value > p.First.Value).Select(p => p.Second.At).ToList();
        return rises.Count < 2 ? null : RobustStatistics.Median(rises.Zip(rises.Skip(1)).Select(p => (p.Second - p.First).TotalSeconds));
    }

    /// <summary>Makes the window longer where the rate over it is so irregular that its band would be wider than a third of it.</summary>
    private static double SteadyWindowSeconds(IReadOnlyList<LearnedSeries> series, double shortest, double length)
    {
        var stored = series.FirstOrDefault(s => s.Feed.Signal == CanonicalSignals.Stored);
        var window = shortest;
        while (stored is not null && 1.25 * window <= Math.Max(shortest, length / 10)
            && SignalLearner.Learn(stored, window)?.Baseline is { P50: > 0 } rate && 3 * rate.RobustSd > rate.P50 / 3)
        {
            window *= 1.25;
        }

        return window;
    }

    private static double RateWindowSeconds(IReadOnlyList<LearnedSeries> series, double? writes)
    {
        var rates = series
            .Where(s => s.Feed.Signal is CanonicalSignals.Produced or CanonicalSignals.Stored && s.Readings.Count > 1)
            .Select(s => (s.Readings[^1].Value - s.Readings[0].Value) / (s.Readings[^1].At - s.Readings[0].At).TotalSeconds)
            .Where(r => r > 0);
        return Math.Max(rates.Select(r => EventsPerWindow / r).DefaultIfEmpty(1).Max(), WritesPerWindow * (writes ?? 0));
    }
}

/// <summary>A signal's readings over the baseline.</summary>
internal sealed record LearnedSeries(SignalFeed Feed, List<Reading> Readings);

/// <summary>A signal's baseline with the values it was learned from, in order of time.</summary>
internal sealed record LearnedSignal(SignalBaseline Baseline, IReadOnlyList<(DateTimeOffset At, double Value)> Values);
