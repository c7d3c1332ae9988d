using DurableDrill.Adapters.Blobs;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Functions;

/// <summary>What the steps of a drill find in this app: blobs, and the targets that the app holds.</summary>
/// <param name="stores">The blobs.</param>
/// <param name="targets">The targets.</param>
/// <param name="drills">Whether drills still run.</param>
/// <param name="time">The clock.</param>
public sealed class FunctionsEnvironment(BlobStores stores, HeldTargets targets, IDrillStates drills, TimeProvider time) : IDrillEnvironment
{
    /// <inheritdoc/>
    public TimeProvider Time { get; } = time;

    /// <summary>The blobs.</summary>
    public BlobStores Stores { get; } = stores;

    /// <summary>The targets.</summary>
    public HeldTargets Targets { get; } = targets;

    /// <inheritdoc/>
    public ISampleStore Samples => Stores.Samples;

    /// <inheritdoc/>
    public IReportStore Reports => Stores.Reports;

    /// <inheritdoc/>
    public IFaultLedger Tickets => Stores.Tickets;

    /// <inheritdoc/>
    public FaultExecutor Faults { get; } = new(targets, stores.Tickets, drills, new JanitorIsTheWatchdog(), time);

    /// <inheritdoc/>
    public IDrillStates Drills { get; } = drills;

    /// <inheritdoc/>
    public async Task<IOpenTarget> OpenAsync(string target, CancellationToken cancellation) => await Targets.OpenForDrillAsync(target, cancellation);

    /// <summary>The platform calls the janitor each minute, whatever becomes of the process that applies a fault.</summary>
    private sealed class JanitorIsTheWatchdog : IWatchdog
    {
        public Task EnsureRunningAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
