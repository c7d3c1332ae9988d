using DurableDrill.Targets;

namespace DurableDrill.Signals;

/// <summary>What a signal's name and its source say about it.</summary>
public static class SignalNames
{
    /// <summary>The name of the signal that is derived from two: produced less stored.</summary>
    public const string InFlight = "in_flight";

    /// <summary>
    /// The kind of a signal: "produced" and "stored" are counters and so is what ends in "_total" (Prometheus' naming rule); "backlog" and
    /// "latency" are burdens; "up:X" is up; every other is a gauge. A suffix after ':' does not matter ("stored:eu").
    /// </summary>
    public static SignalKind KindOf(string signal) => signal.Split(':')[0] switch
    {
        CanonicalSignals.Produced or CanonicalSignals.Stored => SignalKind.Counter,
        CanonicalSignals.Backlog => SignalKind.Backlog,
        CanonicalSignals.Latency => SignalKind.Burden,
        CanonicalSignals.Up => SignalKind.Up,
        InFlight => SignalKind.InFlight,
        var name when name.EndsWith("_total", StringComparison.Ordinal) => SignalKind.Counter,
        _ => SignalKind.Gauge,
    };

    /// <summary>
    /// Whether impact and recovery are seen in a signal: as its source's option <c>decides</c> says; else not in a gauge that counts what has
    /// happened or only grows, such as restarts and disk use, which a recovered pipeline does not bring back, nor in what is read minutes late.
    /// </summary>
    public static bool Decides(string signal, SourceSpec source) => source.Options.TryGetValue("decides", out var said)
        ? said != "false"
        : KindOf(signal) != SignalKind.Gauge || (source.Kind, source.Options.GetValueOrDefault("value")) switch
        {
            ("disk", _) => false,
            ("container", not "healthy") => false,
            ("flink", "restarts" or "records_in" or "records_out") => false,
            ("spark", "batch") => false,
            ("file", "lines" or "bytes" or "mtime") => false,
            ("kafka", _) => !IsTopicEnd(source),
            ("azure_metric" or "azure_log", _) => false,
            _ => true,
        };

    /// <summary>Whether a source says what a topic holds, and not how far somebody has read it, nor how its brokers are.</summary>
    internal static bool IsTopicEnd(SourceSpec source) => source.Kind == "kafka" && !new[] { "group", "positions", "value" }.Any(source.Options.ContainsKey);
}
