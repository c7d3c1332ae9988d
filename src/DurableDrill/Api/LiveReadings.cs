using System.Collections.Concurrent;
using DurableDrill.Drills;
using DurableDrill.Signals;

namespace DurableDrill.Api;

/// <summary>The live figures of running drills: each burst of samples is read once, however many people look.</summary>
/// <param name="host">Where the drills and their samples are.</param>
public sealed class LiveReadings(IDrillHost host)
{
    private readonly IDrillEnvironment environment = host.Environment;
    private readonly ConcurrentDictionary<string, Tail> tails = new();

    /// <summary>A drill with its live figures; one that has ended has none. A sequence is where the drill is that runs now, and has its figures.</summary>
    public async Task<DrillView> FillAsync(DrillView view, CancellationToken cancellation)
    {
        if (view.Outcome is not null || view.Problem is not null)
        {
            Forget(view.DrillId);
            return view;
        }

        var reading = view.DrillId;
        if (view.Status is { Part: { } part } sequence)
        {
            Forget(view.DrillId, but: part);
            reading = part;
            if (await host.ReadAsync(part, cancellation) is { Status: { } status })
            {
                var detail = status.Detail is null ? sequence.Detail : $"{sequence.Detail}: {status.Detail}";
                view = view with { Status = status with { Detail = detail, Part = part } };
            }
        }

        return view with { Figures = LiveFigures.Of(await RecentAsync(reading, cancellation), environment.Time.GetUtcNow()) };
    }

    /// <summary>What a running drill has read within the last <see cref="LiveFigures.Window"/>, in order of time.</summary>
    public Task<IReadOnlyList<Sample>> RecentAsync(string drillId, CancellationToken cancellation) =>
        tails.GetOrAdd(drillId, id => new(new SampleTail(environment.Samples, id))).ReadAsync(environment.Time.GetUtcNow(), cancellation);

    /// <summary>A drill's tail, and those of its parts.</summary>
    private void Forget(string drillId, string? but = null)
    {
        foreach (var id in tails.Keys.Where(id => id != but && (id == drillId || id.StartsWith(drillId + "-", StringComparison.Ordinal))))
        {
            tails.TryRemove(id, out _);
        }
    }

    private sealed class Tail(SampleTail samples)
    {
        private readonly SemaphoreSlim gate = new(1);
        private IReadOnlyList<Sample> latest = [];

        public async Task<IReadOnlyList<Sample>> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
        {
            await gate.WaitAsync(cancellation);
            try
            {
                var fresh = await samples.ReadAsync(cancellation);
                latest = [.. latest.Concat(fresh).Where(sample => sample.TakenAt > now - LiveFigures.Window).OrderBy(sample => sample.TakenAt)];
                return latest;
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
