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

        var tail = tails.GetOrAdd(view.DrillId, id => new(new SampleTail(environment.Samples, id)));
        return view with { Figures = await tail.ReadAsync(environment.Time.GetUtcNow(), cancellation) };
    }

    private sealed class Tail(SampleTail samples)
    {
        private readonly SemaphoreSlim gate = new(1);
        private IReadOnlyList<Sample> latest = [];

        public async Task<LiveFigures> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
        {
            await gate.WaitAsync(cancellation);
            try
            {
                var fresh = await samples.ReadAsync(cancellation);
                latest = [.. latest.Concat(fresh).Where(sample => sample.TakenAt > now - LiveFigures.Window).OrderBy(sample => sample.TakenAt)];
                return LiveFigures.Of(latest, now);
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
