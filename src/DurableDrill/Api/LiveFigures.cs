using DurableDrill.Signals;

namespace DurableDrill.Api;

/// <summary>What the probes of a running drill read lately. What cannot be read now is null, never an old value.</summary>
/// <param name="Produced">Events handed in.</param>
/// <param name="Stored">Events that came out.</param>
/// <param name="Backlog">Events that wait.</param>
/// <param name="LatencySeconds">From production to commit.</param>
/// <param name="ThroughputPerSecond">Events stored a second, over the last seconds.</param>
public sealed record LiveFigures(double? Produced, double? Stored, double? Backlog, double? LatencySeconds, double? ThroughputPerSecond)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(6);

    /// <summary>How far back samples are needed.</summary>
    public static TimeSpan Window { get; } = RateWindow + Fresh;

    /// <summary>The figures at one moment.</summary>
    /// <param name="samples">In order of time, at least those of the last <see cref="Window"/>.</param>
    /// <param name="now">The moment.</param>
    public static LiveFigures Of(IReadOnlyList<Sample> samples, DateTimeOffset now)
    {
        double? Latest(string signal) => samples
            .LastOrDefault(sample => sample.Signal == signal && sample.Value is not null && now - sample.TakenAt < Fresh).Value;
        return new(
            Latest(CanonicalSignals.Produced), Latest(CanonicalSignals.Stored), Latest(CanonicalSignals.Backlog), Latest(CanonicalSignals.Latency), Rate(samples, now));
    }

    private static double? Rate(IReadOnlyList<Sample> samples, DateTimeOffset now)
    {
        var stored = samples.Where(sample => sample is { Signal: CanonicalSignals.Stored, Value: not null } && sample.TakenAt > now - Window).ToList();
        return stored.Count > 1 && now - stored[^1].TakenAt < Fresh && stored[^1].TakenAt > stored[0].TakenAt
            ? (stored[^1].Value - stored[0].Value) / (stored[^1].TakenAt - stored[0].TakenAt).TotalSeconds
            : null;
    }
}
