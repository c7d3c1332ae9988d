using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>What "up" is asked to bring up.</summary>
public sealed record UpRequest
{
    /// <summary>The target file's text; a copy is kept in the run's folder.</summary>
    public required string Source { get; init; }

    /// <summary>The names of the ports to choose.</summary>
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>The target with every placeholder expanded, once the ports are known.</summary>
    public required Func<IReadOnlyDictionary<string, int>, TargetDefinition> Expand { get; init; }

    /// <summary>Ports that must be these; the others are free ones.</summary>
    public IReadOnlyDictionary<string, int> WantedPorts { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether the run goes down with the calling process, should that die: the watchdog sees to it. Null: it stays up.</summary>
    public IWatchdog? GoesWithCaller { get; init; }

    /// <summary>How long a component may take to become healthy. Default 60 s.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
