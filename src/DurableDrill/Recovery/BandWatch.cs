using DurableDrill.Faults;

namespace DurableDrill.Recovery;

/// <summary>A time that a signal was out of its band for longer than the baseline's own noise.</summary>
internal sealed class Excursion(string signal, bool below, Instants began)
{
    public string Signal => signal;

    /// <summary>Below the band rather than above.</summary>
    public bool Below => below;

    public Instants Began => began;

    /// <summary>The reading with which it had lasted longer than noise does.</summary>
    public Instants Detected { get; set; }

    /// <summary>Null: not over.</summary>
    public Instants? Ended { get; set; }
}

/// <summary>
/// Watches one signal against its band. What is out of band for no longer than the tolerance is noise, as the baseline has it, too. After
/// an excursion that is more than noise, what leaves the band again within the tolerance belongs to the same excursion.
/// </summary>
/// <param name="signal">The signal.</param>
/// <param name="tolerance">The longest time out of band that is still noise; zero or more.</param>
internal sealed class BandWatch(string signal, TimeSpan tolerance)
{
    private readonly List<Excursion> excursions = [];
    private Excursion? suspect;
    private Excursion? open;

    public string Signal => signal;

    public IReadOnlyList<Excursion> Excursions => excursions;

    /// <summary>Since when it is in band, noise apart; null: out of band, or no reading yet.</summary>
    public Instants? InBandSince { get; private set; }

    /// <summary>Until when it is known to be in band; null: never.</summary>
    public DateTimeOffset? GoodUntil { get; private set; }

    /// <summary>Whether it is out of band at this moment, be it noise or not.</summary>
    public bool Outside => suspect is not null || open is not null;

    /// <summary>The evidence says: in band.</summary>
    /// <param name="since">Where it says that the signal came back, if it was outside.</param>
    /// <param name="until">Until when the evidence reaches.</param>
    public void Good(Instants since, DateTimeOffset until)
    {
        if (suspect is { } left)
        {
            suspect = null;
            if (since.Middle() - left.Began.Middle() > tolerance)
            {
                left.Detected = since;
                Open(left);
            }
        }

        if (open is { } excursion)
        {
            // A level that is found anew may reach back to before the excursion.
            excursion.Ended = since = since.Later(excursion.Began);
            (open, InBandSince) = (null, since);
        }

        InBandSince ??= since;
        GoodUntil = until;
    }

    /// <summary>The evidence says: out of band.</summary>
    /// <param name="below">Below rather than above.</param>
    /// <param name="began">Where it says that the signal left its band, if it was inside.</param>
    /// <param name="at">An instant at which it was outside.</param>
    /// <param name="known">When this was known.</param>
    /// <param name="turned">When it was back in band for a moment, if it was outside on the other side.</param>
    public void Bad(bool below, Instants began, DateTimeOffset at, Instants known, Instants turned)
    {
        if (open is not null)
        {
            if (open.Below != below)
            {
                open.Ended = turned;
                Open(new(signal, below, turned) { Detected = known });
            }

            return;
        }

        if (excursions.Count > 0 && excursions[^1].Ended is { } ended && suspect is null && began.Middle() - ended.Middle() < tolerance
            && excursions[^1].Below == below)
        {
            open = excursions[^1];
            open.Ended = null;
            InBandSince = null;
            return;
        }

        suspect ??= new(signal, below, began);
        if (at - suspect.Began.Middle() > tolerance)
        {
            suspect.Detected = known;
            Open(suspect);
            suspect = null;
        }
    }

    private void Open(Excursion excursion)
    {
        open = excursion;
        excursions.Add(excursion);
        InBandSince = null;
    }
}
