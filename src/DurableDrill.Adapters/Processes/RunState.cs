using DurableDrill.Faults;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>
/// All that is known of a pipeline that was brought up as processes, or of one in containers that is drilled from here: the content of its <c>state.json</c>.
/// </summary>
public sealed record RunState
{
    /// <summary>
    /// The run's own id. Every process of it bears the id in its environment (<see cref="RunFolder.RunVariable"/>), so that none is lost
    /// though the program that started it died before it wrote the pid down.
    /// </summary>
    public required string Run { get; init; }

    /// <summary>Where it is between up and down.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>The target as it was brought up: every placeholder expanded.</summary>
    public required TargetDefinition Definition { get; init; }

    /// <summary>The chosen ports, by name.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    /// <summary>
    /// What a component started later must find in its environment as the first ones did: paths and homes of tools. Nothing else of the
    /// environment is kept, for there may be secrets in it.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>When it was brought up.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The process with which it goes down, as a demo does; null: it stays up until it is taken down.</summary>
    public ProcessIdentity? GoesWith { get; init; }

    /// <summary>The process of each component that was started.</summary>
    public IReadOnlyDictionary<string, ComponentProcess> Processes { get; init; } = new Dictionary<string, ComponentProcess>();

    /// <summary>The faults that are being applied or are there, by ticket. What a component should be doing follows from them all.</summary>
    public IReadOnlyDictionary<string, Fault> Faults { get; init; } = new Dictionary<string, Fault>();

    /// <summary>The tickets that were reverted here: an apply that comes late finds its own among them and does nothing.</summary>
    public IReadOnlyList<string> Reverted { get; init; } = [];

    /// <summary>Why the watch must not restart a component now; null: it may. Decided by who has the component's lock, as applies and reverts have.</summary>
    /// <param name="component">The component.</param>
    /// <param name="despite">Tickets whose faults do not matter.</param>
    internal RestartOutcome? RefuseRestart(string component, IReadOnlyCollection<string> despite) =>
        Phase != RunPhase.Up ? RestartOutcome.NotUp
        : Faults.Any(fault => fault.Value.Component == component && !despite.Contains(fault.Key)) ? RestartOutcome.Held
        : null;
}

/// <summary>Where a run is between up and down.</summary>
public enum RunPhase
{
    /// <summary>Its components are being started.</summary>
    Starting,

    /// <summary>All components were seen healthy.</summary>
    Up,

    /// <summary>Being taken down, or down: nothing is started any more.</summary>
    Down,
}

/// <summary>A component's process.</summary>
/// <param name="Process">Leader of the component's own session.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="Starts">How often the component has been started since "up"; 1 for the first.</param>
public sealed record ComponentProcess(ProcessIdentity Process, DateTimeOffset StartedAt, int Starts);
