namespace DurableDrill.Signals;

/// <summary>What the healthy pipeline looked like, signal by signal, and whether that will do as a baseline.</summary>
public sealed record Baseline
{
    /// <summary>The first reading.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last reading.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>
    /// The window over which counters become rates: the shortest that holds at least 20 events and three of the sink's own write intervals, both learned here.
    /// </summary>
    public required double RateWindowSeconds { get; init; }

    /// <summary>The sink's own write interval: the median time between two readings of "stored" that rose; null: not seen.</summary>
    public double? WriteIntervalSeconds { get; init; }

    /// <summary>The signals, by name; produced less stored is among them as <see cref="SignalNames.InFlight"/>.</summary>
    public required IReadOnlyList<SignalBaseline> Signals { get; init; }

    /// <summary>The largest gap of each signal that had one.</summary>
    public IReadOnlyList<SignalGap> Gaps { get; init; } = [];

    /// <summary>Why this is no baseline: it does not flow, is not steady, or does not meet the hypothesis. Empty: it will do.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>The baseline of one signal; null when it has none.</summary>
    public SignalBaseline? Of(string signal) => Signals.FirstOrDefault(s => s.Signal == signal);
}

/// <summary>One signal over the baseline. A counter is described by its rate per second over the rate window.</summary>
/// <param name="Signal">Its name.</param>
/// <param name="Kind">What it counts as.</param>
/// <param name="Readings">How many readings it had (rates: how many windows).</param>
/// <param name="Mean">The mean.</param>
/// <param name="RobustSd">1.4826 times the median absolute deviation from the median: the standard deviation, were it normal, deaf to outliers.</param>
/// <param name="P05">5 % of the readings are at most this.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">95 % of the readings are at most this.</param>
/// <param name="P99">99 % of the readings are at most this.</param>
/// <param name="Band">What counts as normal.</param>
/// <param name="ExcursionSeconds">The longest time that it was out of that band in the healthy pipeline itself.</param>
/// <param name="StandstillSeconds">The longest time that it did not change; null: it never changed, so that nothing can be told from it.</param>
/// <param name="CadenceSeconds">The median time between two readings.</param>
public sealed record SignalBaseline(
    string Signal,
    SignalKind Kind,
    int Readings,
    double Mean,
    double RobustSd,
    double P05,
    double P50,
    double P95,
    double P99,
    SignalBand Band,
    double ExcursionSeconds,
    double? StandstillSeconds,
    double CadenceSeconds);

/// <summary>What counts as normal: the median plus and minus the larger of three robust standard deviations and 10 % of it.</summary>
/// <param name="Lower">Below this is out of band; null: low is fine (backlog, latency).</param>
/// <param name="Upper">Above this is out of band; null: high is fine.</param>
public readonly record struct SignalBand(double? Lower, double? Upper)
{
    /// <summary>Whether a value is normal; the edges are.</summary>
    public bool Contains(double value) => !(value < Lower) && !(value > Upper);
}

/// <summary>What a signal counts as.</summary>
public enum SignalKind
{
    /// <summary>It only grows; its rate is judged, on both sides. A fall is a reset, and a reset is a gap.</summary>
    Counter,

    /// <summary>It may go up and down, and is judged on both sides.</summary>
    Gauge,

    /// <summary>A gauge of which less is better: only its upper edge is judged.</summary>
    Burden,

    /// <summary>A burden that is counted in events.</summary>
    Backlog,

    /// <summary>0 or 1. Standing still at 1 is what it should do.</summary>
    Up,

    /// <summary>Produced less stored. Judged by whether it keeps to one level, for what was lost or doubled moves that level for good.</summary>
    InFlight,

    /// <summary>It is told, and decides nothing: its band is anything.</summary>
    Told,
}

/// <summary>The longest stretch in which a signal could not be read. It is no value, and no outage.</summary>
/// <param name="Signal">Its name.</param>
/// <param name="From">The last reading before it.</param>
/// <param name="To">The first reading after it; null: there was none.</param>
/// <param name="Seconds">How long, up to the last sample where it did not end.</param>
/// <param name="Reason">What the probe said; for a metric that no longer moves, that.</param>
public sealed record SignalGap(string Signal, DateTimeOffset From, DateTimeOffset? To, double Seconds, string Reason);
