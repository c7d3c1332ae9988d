namespace DurableDrill.Signals;

/// <summary>One reading of a signal, or the gap where one should be.</summary>
/// <param name="Signal">Name of the signal: one of <see cref="CanonicalSignals"/>, or the user's own.</param>
/// <param name="TakenAt">When the reading was asked for (UTC, this machine's clock), or the time that a late source speaks of.</param>
/// <param name="Took">How long the reading took: the value is of an instant in [TakenAt, TakenAt + Took].</param>
/// <param name="Value">The reading; null in a gap, never a default.</param>
/// <param name="Gap">Why there is no reading; null where there is one.</param>
public readonly record struct Sample(string Signal, DateTimeOffset TakenAt, TimeSpan Took, double? Value, string? Gap = null);

/// <summary>The names of the signals that the recovery rules know.</summary>
public static class CanonicalSignals
{
    /// <summary>Counter: events that the producer has handed in.</summary>
    public const string Produced = "produced";

    /// <summary>Counter: events that the sink has committed.</summary>
    public const string Stored = "stored";

    /// <summary>Gauge, events: end offset less the position from which the processor would really resume.</summary>
    public const string Backlog = "backlog";

    /// <summary>Gauge, seconds: from an event's production to its commit in the sink.</summary>
    public const string Latency = "latency";

    /// <summary>Prefix of the gauges, 0 or 1, that say whether a component is up: "up:kafka".</summary>
    public const string Up = "up";
}

/// <summary>
/// Reads one signal. A reading costs in proportion to what is new since the last one. One instance is read by one caller at a time,
/// at least four times a second; it keeps its connection.
/// </summary>
public interface IProbe : IAsyncDisposable
{
    /// <summary>Takes one reading.</summary>
    /// <exception cref="ProbeException">There is no reading now: a gap. Its message names the request and what the other side said.</exception>
    ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation);
}

/// <summary>A probe whose server remembers what it did of its own accord.</summary>
public interface IServerJournal
{
    /// <summary>What it did since then that a reader of a report should know, a sentence each; empty when it cannot be asked.</summary>
    Task<IReadOnlyList<string>> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellation);
}

/// <summary>What a probe read.</summary>
/// <param name="Value">Never a default for "unknown": a probe that does not know throws.</param>
/// <param name="Of">The time that the value speaks of, where the source says so; null: the time of the reading.</param>
public readonly record struct ProbeReading(double Value, DateTimeOffset? Of = null);

/// <summary>A reading failed; it becomes a gap. The message holds no secret.</summary>
public sealed class ProbeException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Keeps the samples of a drill, a burst at a time. Writing a burst again replaces it, so that a retried step does no harm.</summary>
public interface ISampleStore
{
    /// <summary>Writes one burst, whole or not at all.</summary>
    Task WriteAsync(string drillId, int burst, IReadOnlyList<Sample> samples, CancellationToken cancellation);

    /// <summary>The bursts numbered <paramref name="firstBurst"/> and up, in order.</summary>
    IAsyncEnumerable<SampleBurst> ReadAsync(string drillId, int firstBurst, CancellationToken cancellation);
}

/// <summary>What was read in one burst; bursts overlap.</summary>
/// <param name="Number">0 for a drill's first.</param>
/// <param name="Samples">As they were written.</param>
public sealed record SampleBurst(int Number, IReadOnlyList<Sample> Samples);
