using DurableDrill.Targets;

namespace DurableDrill.SelfHealing;

/// <summary>A target whose components can be started again one by one.</summary>
public interface IRestartable : ITarget
{
    /// <summary>
    /// Starts a component that is down, exactly as it was started before; one that runs is stopped first. Does nothing when a drill's fault is on it,
    /// when it is not any more what the caller saw, or when the target is not up.
    /// </summary>
    /// <param name="component">The component.</param>
    /// <param name="seen">Its <see cref="ComponentState.Identity"/> when it was seen to be down.</param>
    /// <param name="despite">Tickets whose faults do not keep it from being started.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TargetException">It could not be started.</exception>
    Task<RestartOutcome> RestartAsync(string component, string? seen, IReadOnlyCollection<string> despite, CancellationToken cancellation);

    /// <summary>Whether a watch on this machine, of the same home, looks after it now.</summary>
    bool IsWatched();

    /// <summary>Who holds the target now; null: nobody.</summary>
    Task<Hold?> HolderAsync(CancellationToken cancellation);
}

/// <summary>What came of a restart.</summary>
public enum RestartOutcome
{
    /// <summary>It was started.</summary>
    Restarted,

    /// <summary>A drill's fault is on it.</summary>
    Held,

    /// <summary>Somebody else has started it, or made it anew.</summary>
    Changed,

    /// <summary>The target is not up.</summary>
    NotUp,
}
