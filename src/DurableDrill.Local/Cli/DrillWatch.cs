using DurableDrill.Drills;
using DurableDrill.Local.Hosting;
using DurableDrill.Signals;

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
internal sealed class DrillWatch(IDrillHost host, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(6);

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

            var view = await host.ReadAsync(drillId, cancellation) ?? throw new CliException($"there is no drill \"{drillId}\"");
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

            show(await GlanceAsync(view, cancellation));
            await Task.Delay(Every, time, cancellation);
        }
    }

    private async Task<DrillGlance> GlanceAsync(DrillView view, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var samples = await host.SamplesAsync(view.DrillId, now - RateWindow - Fresh, cancellation);
        return new(view.Status?.Phase, view.Status?.Detail, now - view.StartedAt, view.Status?.Until - now, Rate(samples, now), Latest(samples, now));
    }

    private static double? Rate(IReadOnlyList<Sample> samples, DateTimeOffset now)
    {
        var stored = samples.Where(sample => sample is { Signal: CanonicalSignals.Stored, Value: not null } && sample.TakenAt > now - RateWindow - Fresh).ToList();
        return stored.Count > 1 && now - stored[^1].TakenAt < Fresh && stored[^1].TakenAt > stored[0].TakenAt
            ? (stored[^1].Value - stored[0].Value) / (stored[^1].TakenAt - stored[0].TakenAt).TotalSeconds
            : null;
    }

    private static double? Latest(IReadOnlyList<Sample> samples, DateTimeOffset now) => samples
        .LastOrDefault(sample => sample is { Signal: CanonicalSignals.Backlog, Value: not null } && now - sample.TakenAt < Fresh).Value;
}
