using DurableDrill.Targets;

namespace DurableDrill.Faults;

/// <summary>Says whether a drill still runs.</summary>
public interface IDrillStates
{
    /// <summary>Whether this drill and all its ancestors still run.</summary>
    Task<DrillLife> ReadAsync(string drillId, CancellationToken cancellation);

    /// <summary>Whether this drill, or an ancestor, has ended: nobody asks for what is still done for it.</summary>
    async Task<bool> IsOverAsync(string drillId, CancellationToken cancellation) => await ReadAsync(drillId, cancellation) == DrillLife.Over;
}

/// <summary>Whether a drill, with all its ancestors, still runs.</summary>
public enum DrillLife
{
    /// <summary>It does: it has not ended, though the process that ran it may be gone and come back.</summary>
    Runs,

    /// <summary>It or an ancestor has ended, or there never was such a drill: nobody else will revert its faults.</summary>
    Over,

    /// <summary>It cannot be told now. Nothing is applied, and its faults are reverted when their time is up.</summary>
    Unknown,
}

/// <summary>Opens targets by the name that stands in tickets, without the plan or the process that used them first.</summary>
public interface ITargetCatalog
{
    /// <summary>Opens a target; null when it is gone for good, so that there is nothing to revert.</summary>
    /// <exception cref="TargetException">It is there and cannot be opened.</exception>
    Task<ITarget?> OpenAsync(string name, CancellationToken cancellation);
}

/// <summary>Something outside this process that reverts open tickets when this process dies: a detached process, a timer.</summary>
public interface IWatchdog
{
    /// <summary>Returns when it is there. Called while the ticket is durable and before its fault is applied.</summary>
    /// <exception cref="TargetException">It cannot be started: nothing may be injured.</exception>
    Task EnsureRunningAsync(CancellationToken cancellation);
}
