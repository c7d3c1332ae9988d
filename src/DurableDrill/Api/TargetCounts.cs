using System.Text.Json.Serialization;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Api;

/// <summary>
/// The live counts of a target, under the names that monitors of such pipelines use: <c>producer_count</c> (what was produced), <c>BROKER_count</c>
/// (what the topic holds), <c>SINK_count</c> (what was stored), where BROKER and SINK are the components of these roles. What cannot be read now is null.
/// </summary>
public sealed record TargetCounts
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StreamWindow = TimeSpan.FromSeconds(3);

    /// <summary>The target.</summary>
    public required string Target { get; init; }

    /// <summary>When this was put together.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The drill that runs on it; null: none.</summary>
    public string? Drill { get; init; }

    /// <summary>Whether events went in within the last 3 s (where that is not counted: came out); null: not to be told.</summary>
    public bool? IsStreaming { get; init; }

    /// <summary>Events that wait; null: not readable now.</summary>
    public double? Lag { get; init; }

    /// <summary>Seconds from production to commit; null: not readable now.</summary>
    public double? LatencySeconds { get; init; }

    /// <summary>Events stored a second, over the last seconds; null: not readable now.</summary>
    public double? ThroughputPerSecond { get; init; }

    /// <summary>Bytes on disk, by component.</summary>
    public IReadOnlyDictionary<string, double?> DiskBytes { get; init; } = new Dictionary<string, double?>();

    /// <summary>Whether each component is up.</summary>
    public IReadOnlyDictionary<string, bool?> Up { get; init; } = new Dictionary<string, bool?>();

    /// <summary>Every other signal of the target.</summary>
    public IReadOnlyDictionary<string, double?> Signals { get; init; } = new Dictionary<string, double?>();

    /// <summary>Why a signal cannot be read now.</summary>
    public IReadOnlyDictionary<string, string> Gaps { get; init; } = new Dictionary<string, string>();

    /// <summary>The component that can be asked to pause and resume; null: none, or not one that the roles tell.</summary>
    public string? Pausable { get; init; }

    /// <summary>The counts, by name.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?> Counts { get; init; } = [];

    /// <summary>The counts at one moment.</summary>
    /// <param name="definition">The target.</param>
    /// <param name="samples">What was read lately, in order of time.</param>
    /// <param name="now">The moment.</param>
    public static TargetCounts Of(TargetDefinition definition, IReadOnlyList<Sample> samples, DateTimeOffset now)
    {
        var figures = LiveFigures.Of(samples, now);
        var names = definition.Signals.Select(signal => (signal.Key, Name: CountName(definition, signal.Key, signal.Value)))
            .Where(signal => signal.Name is not null).DistinctBy(signal => signal.Name).ToDictionary(signal => signal.Key, signal => signal.Name!);
        var disks = definition.Signals.Where(signal => signal.Value.Kind == "disk").ToDictionary(signal => signal.Key, signal => signal.Value.Address);
        string[] canonical = [CanonicalSignals.Backlog, CanonicalSignals.Latency];
        return new()
        {
            Target = definition.Target,
            At = now,
            IsStreaming = Streams(definition, names, samples, now),
            Lag = figures.Backlog,
            LatencySeconds = figures.LatencySeconds,
            ThroughputPerSecond = figures.ThroughputPerSecond,
            DiskBytes = disks.GroupBy(disk => disk.Value).ToDictionary(group => group.Key, group => group.Select(disk => Latest(disk.Key)).Aggregate((one, other) => one + other)),
            Up = definition.Components.Keys.ToDictionary(component => component, component => Latest($"{CanonicalSignals.Up}:{component}") is { } up ? up > 0 : (bool?)null),
            Signals = definition.Signals.Keys.Where(signal => !names.ContainsKey(signal) && !disks.ContainsKey(signal) && !canonical.Contains(signal)).ToDictionary(signal => signal, Latest),
            Gaps = samples.GroupBy(sample => sample.Signal).Select(signal => signal.Last()).Where(last => last.Gap is not null && now - last.TakenAt < Fresh)
                .ToDictionary(last => last.Signal, last => last.Gap!),
            Pausable = PausableOf(definition),
            Counts = names.ToDictionary(name => name.Value, name => (object?)Latest(name.Key)),
        };

        double? Latest(string signal) => samples.LastOrDefault(sample => sample.Signal == signal && sample.Value is not null && now - sample.TakenAt < Fresh).Value;
    }

    /// <summary>The component of a target that can be asked to pause: the only one, or the only producer among several.</summary>
    public static string? PausableOf(TargetDefinition definition)
    {
        var able = definition.Components.Where(component => component.Value.Pause is not null).ToList();
        return able.Count == 1 ? able[0].Key : Only(able.Where(component => component.Value.Role == "producer").Select(component => component.Key));
    }

    /// <summary>The name under which a signal is counted; null: it is no count.</summary>
    private static string? CountName(TargetDefinition definition, string signal, SourceSpec source) => signal switch
    {
        CanonicalSignals.Produced => "producer_count",
        CanonicalSignals.Stored => CountOf(definition, "sink", source.Kind),
        _ when signal.EndsWith("_count", StringComparison.Ordinal) => signal,
        _ when SignalNames.IsTopicEnd(source) => CountOf(definition, "broker", source.Kind),
        _ => null,
    };

    private static string CountOf(TargetDefinition definition, string role, string fallback) =>
        $"{Only(definition.Components.Where(component => component.Value.Role == role).Select(component => component.Key)) ?? fallback}_count".Replace('-', '_');

    private static bool? Streams(TargetDefinition definition, Dictionary<string, string> names, IReadOnlyList<Sample> samples, DateTimeOffset now)
    {
        var signal = new[] { CanonicalSignals.Produced }.Concat(names.Keys.Where(name => name != CanonicalSignals.Stored)).Append(CanonicalSignals.Stored)
            .FirstOrDefault(definition.Signals.ContainsKey);
        var read = samples.Where(sample => sample.Signal == signal && sample.Value is not null).ToList();
        if (read.Count == 0 || now - read[^1].TakenAt >= Fresh)
        {
            return null;
        }

        var window = read.Where(sample => sample.TakenAt >= read[^1].TakenAt - StreamWindow).ToList();
        return window.Count > 1 ? window[^1].Value > window[0].Value : null;
    }

    private static string? Only(IEnumerable<string> names) => names.Take(2).ToList() is [var one] ? one : null;
}
