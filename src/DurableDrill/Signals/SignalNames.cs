namespace DurableDrill.Signals;

/// <summary>What a signal's name says about it.</summary>
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
}
