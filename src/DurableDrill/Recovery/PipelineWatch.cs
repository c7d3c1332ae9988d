using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>All signals of a pipeline, each watched against its band.</summary>
internal sealed class PipelineWatch
{
    private readonly Dictionary<string, (SignalFeed Feed, SignalWatch Watch)> signals = [];
    private readonly InFlightFeed pairs = new();

    public PipelineWatch(Baseline baseline, TimeSpan stableFor)
    {
        var window = TimeSpan.FromSeconds(baseline.RateWindowSeconds);
        var tolerances = baseline.Signals.ToDictionary(s => s.Signal, s => SignalWatch.ToleranceOf(s, baseline));
        StableFor = tolerances.Values.Append(window).Append(stableFor).Max();
        foreach (var signal in baseline.Signals)
        {
            var tolerance = tolerances[signal.Signal];
            SignalWatch watch = signal.Kind switch
            {
                SignalKind.Counter => new RateWatch(signal, tolerance, window),
                SignalKind.InFlight => new LevelWatch(signal, tolerance, StableFor),
                SignalKind.Up => new GaugeWatch(signal, TimeSpan.Zero),
                SignalKind.Told => new ToldWatch(signal),
                _ => new GaugeWatch(signal, tolerance),
            };
            signals.Add(signal.Signal, (new(signal.Signal, signal.Kind, signal.StandstillSeconds), watch));
        }

        Judged = [.. signals.Values.Where(s => s.Feed.Kind is not (SignalKind.Up or SignalKind.Told)).Select(s => s.Watch)];
        Components = [.. signals.Values.Where(s => s.Feed.Kind == SignalKind.Up).Select(s => s.Watch)];
        Told = [.. signals.Values.Select(s => s.Watch).OfType<ToldWatch>()];
        Stored = WatchOf(CanonicalSignals.Stored) as RateWatch;
        InFlight = WatchOf(SignalNames.InFlight) as LevelWatch;
    }

    /// <summary>How long all must be in band: stableFor, or what is longer of the rate window and the noise that a band lets pass.</summary>
    public TimeSpan StableFor { get; }

    /// <summary>The signals that decide about impact and recovery. That a component is up, and what is only told, decides nothing.</summary>
    public IReadOnlyList<SignalWatch> Judged { get; }

    /// <summary>The signals that say whether components are up.</summary>
    public IReadOnlyList<SignalWatch> Components { get; }

    /// <summary>The signals that are told, and decide nothing.</summary>
    public IReadOnlyList<ToldWatch> Told { get; }

    public RateWatch? Stored { get; }

    public LevelWatch? InFlight { get; }

    public IEnumerable<SignalGap> Gaps => signals.Values.Select(s => s.Feed.LargestGap).OfType<SignalGap>();

    public IEnumerable<string> WasReset => signals.Values.Where(s => s.Feed.Resets > 0).Select(s => s.Feed.Signal);

    public SignalWatch? WatchOf(string signal) => signals.TryGetValue(signal, out var found) ? found.Watch : null;

    /// <summary>Takes one sample; false when it is no reading, or of a signal that the baseline does not know.</summary>
    public bool Next(Sample sample)
    {
        if (!signals.TryGetValue(sample.Signal, out var signal))
        {
            return false;
        }

        var resets = signal.Feed.Resets;
        var reading = signal.Feed.Next(sample);
        if (signal.Feed.Resets > resets)
        {
            (signal.Watch as RateWatch)?.Reset();
            InFlight?.Reset();
        }

        if (reading is not { } taken)
        {
            return false;
        }

        if (signal.Watch is RateWatch rate)
        {
            rate.UnderWay = InFlight?.Level ?? 0;
        }

        signal.Watch.Next(taken);
        if (InFlight is not null && sample.Signal is (CanonicalSignals.Produced or CanonicalSignals.Stored))
        {
            foreach (var pair in sample.Signal == CanonicalSignals.Produced ? pairs.Produced(taken) : pairs.Stored(taken))
            {
                InFlight.Next(pair);
            }
        }

        return true;
    }
}
