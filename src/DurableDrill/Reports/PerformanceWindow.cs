using DurableDrill.Signals;

namespace DurableDrill.Reports;

/// <summary>What flowed, and how fast, in a stretch of time.</summary>
internal static class PerformanceWindow
{
    /// <summary>The rate between the first and the last reading of "stored", and the median of "latency"; null where there are too few.</summary>
    public static Performance Over(IReadOnlyList<Sample> samples, DateTimeOffset from, DateTimeOffset to)
    {
        var within = samples.Where(sample => sample.Value is not null && sample.TakenAt >= from && sample.TakenAt <= to).ToList();
        var stored = within.Where(sample => sample.Signal == CanonicalSignals.Stored).OrderBy(sample => sample.TakenAt).ToList();
        var latencies = within.Where(sample => sample.Signal == CanonicalSignals.Latency).Select(sample => sample.Value!.Value).Order().ToList();
        return new(RateOf(stored), latencies.Count == 0 ? null : latencies[latencies.Count / 2]);
    }

    private static double? RateOf(List<Sample> counter)
    {
        if (counter.Count < 2)
        {
            return null;
        }

        var seconds = (counter[^1].TakenAt - counter[0].TakenAt).TotalSeconds;
        var events = counter[^1].Value!.Value - counter[0].Value!.Value;
        return seconds > 0 && events >= 0 ? events / seconds : null;
    }
}
