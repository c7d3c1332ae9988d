using DurableDrill.Plans;
using DurableDrill.SelfHealing;

namespace DurableDrill.Targets;

/// <summary>A pipeline, described: the content of a target file. It may hold references to secrets, never secrets.</summary>
public sealed record TargetDefinition
{
    /// <summary>The target's name: lower case, digits, '-'.</summary>
    public required string Target { get; init; }

    /// <summary>What runs it: docker, processes or container-groups.</summary>
    public required string Carrier { get; init; }

    /// <summary>Whether faults may hit components without the opt-in label. Every preflight repeats it.</summary>
    public bool AllowUnlabelled { get; init; }

    /// <summary>Docker: the compose project whose services the components are; null: the target's name.</summary>
    public string? Project { get; init; }

    /// <summary>Docker: the compose file that <c>drill up</c> brings up as that project; null: it runs where it runs, and is not brought up here.</summary>
    public string? Compose { get; init; }

    /// <summary>Values for <c>${name}</c> in the rest of the file; <c>drill up --set name=value</c> overrides them.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of TCP ports; a free one on 127.0.0.1 is chosen for each at "up" and stands for <c>${port.NAME}</c>. Processes only.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>The components, by name.</summary>
    public required IReadOnlyDictionary<string, ComponentDefinition> Components { get; init; }

    /// <summary>Names for several components at once: <c>processors: [processor-1, processor-2]</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// What a fault may name instead of a component, such as the leader of a partition: each role with what is read of every component that may have it.
    /// Who reads most, and more than 0, when the fault is about to be applied, has it.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, SourceSpec>> Roles { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, SourceSpec>>();

    /// <summary>What passes between two components goes through a TCP link of ours, which can cut, delay and throttle it. Processes only.</summary>
    public IReadOnlyList<LinkDefinition> Links { get; init; } = [];

    /// <summary>How each signal is read.</summary>
    public IReadOnlyDictionary<string, SourceSpec> Signals { get; init; } = new Dictionary<string, SourceSpec>();

    /// <summary>How every event is proved; null: "not observable".</summary>
    public IntegrityDefinition? Integrity { get; init; }

    /// <summary>What an event is worth.</summary>
    public ImpactDefinition Impact { get; init; } = new();

    /// <summary>How far the watch goes to keep components up that have no policy of their own.</summary>
    public WatchPolicy Watch { get; init; } = new();

    /// <summary>The drills by name.</summary>
    public IReadOnlyDictionary<string, DrillPlan> Drills { get; init; } = new Dictionary<string, DrillPlan>();
}

/// <summary>One component of a target.</summary>
public sealed record ComponentDefinition
{
    /// <summary>Docker: the compose service.</summary>
    public string? Service { get; init; }

    /// <summary>Docker and container groups: the container.</summary>
    public string? Container { get; init; }

    /// <summary>Processes: program and arguments.</summary>
    public IReadOnlyList<string> Run { get; init; } = [];

    /// <summary>Processes: added to the environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Components that must be healthy before this one is started; stops go in reverse.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>How it is seen to be healthy: <c>tcp: HOST:PORT</c> or <c>http: URL</c>; null: running is enough.</summary>
    public SourceSpec? Healthy { get; init; }

    /// <summary>Processes: the signal of a graceful stop. Default SIGTERM.</summary>
    public string StopSignal { get; init; } = "SIGTERM";

    /// <summary>How it is asked to pause, <c>http: POST URL</c>; null: it cannot be asked.</summary>
    public SourceSpec? Pause { get; init; }

    /// <summary>How it is asked to resume.</summary>
    public SourceSpec? Resume { get; init; }

    /// <summary>producer, broker, processor, sink or other; for advice and role words only.</summary>
    public string? Role { get; init; }

    /// <summary>How far the watch goes to keep it up; null: as the target says.</summary>
    public WatchPolicy? Watch { get; init; }
}

/// <summary>A TCP link between two components.</summary>
/// <param name="From">The component that connects.</param>
/// <param name="To">The component that listens.</param>
/// <param name="Component">The component (of this file) that is the link.</param>
/// <param name="Control">URL of its control API.</param>
public sealed record LinkDefinition(string From, string To, string Component, string Control);

/// <summary>
/// A source of numbers or ids, as it stands in a target file: <c>{ kafka: localhost:29092, topic: events, group: g }</c> is of kind "kafka",
/// with the address "localhost:29092" and the options topic and group. The adapters say which options each kind has.
/// </summary>
/// <param name="Kind">The first key.</param>
/// <param name="Address">Its value.</param>
/// <param name="Options">The other keys, as text.</param>
public sealed record SourceSpec(string Kind, string Address, IReadOnlyDictionary<string, string> Options);

/// <summary>How every event is proved.</summary>
public sealed record IntegrityDefinition
{
    /// <summary>What the pipeline promises.</summary>
    public Guarantee Guarantee { get; init; } = Guarantee.ExactlyOnce;

    /// <summary>Where the ids of all that was produced are.</summary>
    public required SourceSpec Expected { get; init; }

    /// <summary>The topic between producer and processor, to say where a loss happened; null: not looked at.</summary>
    public SourceSpec? Topic { get; init; }

    /// <summary>Where the ids of all that arrived are.</summary>
    public required SourceSpec Actual { get; init; }

    /// <summary>The component to pause before ids are read, so that the pipeline goes quiet; null: wait until the backlog is gone.</summary>
    public string? Quiesce { get; init; }
}

/// <summary>What a pipeline promises of each event.</summary>
public enum Guarantee
{
    /// <summary>Each acknowledged event is in the sink, written once.</summary>
    ExactlyOnce,

    /// <summary>Each acknowledged event is in the sink; doubled ones are told.</summary>
    AtLeastOnce,

    /// <summary>No event is doubled; lost ones still fail the drill.</summary>
    AtMostOnce,
}

/// <summary>What an event is worth.</summary>
public sealed record ImpactDefinition
{
    /// <summary>Per event; 0 or more; default 200.</summary>
    public double ValuePerEvent { get; init; } = 200;

    /// <summary>ISO 4217 code; default USD.</summary>
    public string Currency { get; init; } = "USD";
}
