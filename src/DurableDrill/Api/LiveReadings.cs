using System.Collections.Concurrent;
using DurableDrill.Drills;
using DurableDrill.Signals;

namespace DurableDrill.Api;

/// <summary>The live figures of running drills: each burst of samples is read once, however many people look.</summary>
/// <param name="environment">Where the samples are.</param>
public sealed class LiveReadings(IDrillEnvironment environment)
{
    private readonly ConcurrentDictionary<string, Tail> tails = new();

    /// <summary>A drill with its live figures; one that has ended has none.</summary>
    public async Task<DrillView> FillAsync(DrillView view, CancellationToken cancellation)
    {
        if (view.Outcome is not null || view.Problem is not null)
        {
            tails.TryRemove(view.DrillId, out _);
            return view;
        }

        return view with { Figures = LiveFigures.Of(await RecentAsync(view.DrillId, cancellation), environment.Time.GetUtcNow()) };
    }

    /// <summary>What a running drill has read within the last <see cref="LiveFigures.Window"/>, in order of time.</summary>
    public Task<IReadOnlyList<Sample>> RecentAsync(string drillId, CancellationToken cancellation) =>
        tails.GetOrAdd(drillId, id => new(new SampleTail(environment.Samples, id))).ReadAsync(environment.Time.GetUtcNow(), cancellation);

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
