using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>Reads a drill's samples as they come in, each burst once.</summary>
internal sealed class SampleTail(ISampleStore store, string drillId)
{
    private int next;

    /// <summary>When the newest sample so far was taken; null: there was none.</summary>
    public DateTimeOffset? Newest { get; private set; }

    public async Task<IReadOnlyList<Sample>> ReadAsync(CancellationToken cancellation)
    {
        var fresh = new List<Sample>();
        await foreach (var burst in store.ReadAsync(drillId, next, cancellation))
        {
            // Bursts are written in the order in which they end, which is that of their numbers but for a retried one: a hole is not waited for.
            next = burst.Number + 1;
            fresh.AddRange(burst.Samples);
        }

        foreach (var sample in fresh)
        {
            Newest = sample.TakenAt > Newest ? sample.TakenAt : Newest ?? sample.TakenAt;
        }

        return fresh;
    }
}
