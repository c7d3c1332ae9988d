using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Processes;
using DurableDrill.Api;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Watchdog;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Local.Hosting;

/// <summary>What the steps of a drill find on this machine: files in the home folder, and targets that run here.</summary>
internal sealed class LocalEnvironment(HomeFolder home, HomeStores stores, Caretaker caretaker, TimeProvider time) : IDrillEnvironment, IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private readonly Dictionary<string, (string Run, OpenTarget Target)> open = [];

    /// <inheritdoc/>
    public TimeProvider Time { get; } = time;

    /// <inheritdoc/>
    public ISampleStore Samples { get; } = stores.Samples;

    /// <inheritdoc/>
    public IReportStore Reports { get; } = stores.Reports;

    /// <inheritdoc/>
    public IFaultLedger Tickets { get; } = caretaker.Ledger;

    /// <inheritdoc/>
    public FaultExecutor Faults { get; } = caretaker.Executor;

    /// <inheritdoc/>
    public IDrillStates Drills { get; } = caretaker.Drills;

    /// <inheritdoc/>
    public async Task<IOpenTarget> OpenAsync(string target, CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            var state = await home.RunOf(target).ReadAsync(cancellation)
                ?? throw new TargetException($"there is no target '{target}' in {home.Path}: bring it up with drill up {target}");
            if (open.TryGetValue(target, out var known))
            {
                if (known.Run == state.Run)
                {
                    return known.Target;
                }

                // It was taken down and brought up again since: other ports, other processes.
                await known.Target.DisposeAsync();
            }

            var opened = new OpenTarget(state.Definition, RunTargets.Open(home.RunOf(target), state, Time), Time);
            open[target] = (state.Run, opened);
            return opened;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>The targets that were brought up in this home.</summary>
    public async Task<IReadOnlyList<TargetView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<TargetView>();
        foreach (var run in new RunFolders(home.Targets).Runs)
        {
            if (await run.ReadAsync(cancellation) is { Definition: var target } state)
            {
                views.Add(new(target.Target, target.Carrier, DrillJson.NameOf(state.Phase), [.. target.Components.Keys], [.. target.Drills.Keys]));
            }
        }

        return views;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, target) in open.Values)
        {
            await target.DisposeAsync();
        }
    }
}
