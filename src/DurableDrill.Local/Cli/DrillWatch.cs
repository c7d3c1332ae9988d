using DurableDrill.Api;
using DurableDrill.Drills;
using DurableDrill.Local.Hosting;

namespace DurableDrill.Local.Cli;

/// <summary>A running drill at one moment.</summary>
/// <param name="Phase">Where it is; null: it has not said yet.</param>
/// <param name="Detail">What it is doing, for people.</param>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Left">Until the phase is over at the latest; null: not known.</param>
/// <param name="Throughput">Events stored a second, over the last seconds; null: not readable now.</param>
/// <param name="Backlog">Events that wait; null: not readable now.</param>
internal sealed record DrillGlance(Phase? Phase, string? Detail, TimeSpan Elapsed, TimeSpan? Left, double? Throughput, double? Backlog);

/// <summary>Follows a drill, whichever process runs it, until it has ended.</summary>
internal sealed class DrillWatch(IDrillClient host, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>Follows a drill of this home to its end.</summary>
    /// <param name="drillId">The drill.</param>
    /// <param name="show">Called at each look.</param>
    /// <param name="abort">When cancelled, the drill is asked to end, and followed on to its end.</param>
    /// <param name="cancellation">Ends the watch, not the drill.</param>
    /// <exception cref="CliException">There is no such drill, or its history is damaged.</exception>
    public async Task<DrillView> FollowAsync(string drillId, Action<DrillGlance> show, CancellationToken abort, CancellationToken cancellation)
    {
        var asked = false;
        while (true)
        {
            if (abort.IsCancellationRequested && !asked)
            {
                asked = true;
                await host.AbortAsync(drillId, "Ctrl-C", cancellation);
            }

            var view = await host.LookAsync(drillId, cancellation) ?? throw new CliException($"there is no drill \"{drillId}\"");
            if (view.Problem is { } problem)
            {
                throw new CliException($"the history of {drillId} cannot be read: {problem}");
            }

            if (view.Outcome is not null)
            {
                return view;
            }

            if (!view.Alive)
            {
                throw new CliException($"{drillId} has not ended, and no process runs it; any drill command takes care of it");
            }

            show(Glance(view));
            await Task.Delay(Every, time, cancellation);
        }
    }

    private DrillGlance Glance(DrillView view)
    {
        var now = time.GetUtcNow();
        return new(view.Status?.Phase, view.Status?.Detail, now - view.StartedAt, view.Status?.Until - now, view.Figures?.ThroughputPerSecond, view.Figures?.Backlog);
    }
}
