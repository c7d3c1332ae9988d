using DurableDrill.Faults;
using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>A disturbance as it is seen so far.</summary>
internal sealed class OpenEpisode
{
    public List<Excursion> Excursions { get; } = [];

    /// <summary>The start of the stable window after it; null: none yet.</summary>
    public Instants? Ended { get; set; }

    public Instants Began => Excursions.MinBy(e => e.Began.Middle())!.Began;

    public Instants Detected => Excursions.MinBy(e => e.Detected.Middle())!.Detected;
}

/// <summary>Gathers the excursions of all signals into episodes: one ends where every signal is back in band and stays for the stable time.</summary>
internal sealed class EpisodeTracker(PipelineWatch pipeline)
{
    private readonly int[] taken = new int[pipeline.Judged.Count];
    private readonly List<OpenEpisode> episodes = [];

    public IReadOnlyList<OpenEpisode> Episodes => episodes;

    /// <summary>
    /// Since when all signals are in band; null while one is outside, or was never read. A backlog that comes back within its noise after what
    /// is in flight has come back to its usual level is the same fact, read from a source that lags (a consumer group's commits): it moves nothing.
    /// </summary>
    public Instants? InBandSince
    {
        get
        {
            Instants? since = null;
            foreach (var watch in pipeline.Judged)
            {
                if (watch.Band.InBandSince is not { } one)
                {
                    return null;
                }

                if (!(watch.Kind == SignalKind.Backlog && pipeline.InFlight is { IsUsual: true, Band.InBandSince: { } joined }
                    && one.Middle() - joined.Middle() <= watch.Tolerance))
                {
                    since = since is { } other ? other.Later(one) : one;
                }
            }

            return since;
        }
    }

    /// <summary>The last instant up to which no episode was open and every signal was known to be in band; null: there was none.</summary>
    public DateTimeOffset? CalmUntil { get; private set; }

    /// <summary>Looks at the signals again, after a reading.</summary>
    public void Update()
    {
        var open = episodes.Count > 0 && episodes[^1].Ended is null ? episodes[^1] : null;
        for (var i = 0; i < taken.Length; i++)
        {
            var excursions = pipeline.Judged[i].Band.Excursions;
            for (; taken[i] < excursions.Count; taken[i]++)
            {
                if (open is null)
                {
                    episodes.Add(open = new());
                }

                open.Excursions.Add(excursions[taken[i]]);
            }
        }

        if (InBandSince is not { } since || pipeline.Judged.Any(w => w.Band.Outside))
        {
            return;
        }

        if (open is not null && pipeline.Judged.All(w => w.StableSince(since.Latest, pipeline.StableFor)))
        {
            open.Ended = since;
            open = null;
        }

        if (open is null)
        {
            CalmUntil = pipeline.Judged.Min(w => w.Band.GoodUntil);
        }
    }
}
