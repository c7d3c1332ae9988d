using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>
/// What is in flight (produced less stored) keeps to a level. At first that is the baseline's. Once left, it is back when it keeps to one
/// level again for the stable time, and dated at the first reading from which it did: the instant at which the curve of what is stored joins a line
/// beside the curve of what is produced. Where events were lost or doubled that line lies lower or higher than before, which is no matter of recovery
/// (integrity tells it), and where a replay runs the curve is on no such line until the replay is over.
/// </summary>
internal sealed class LevelWatch : SignalWatch
{
    private readonly List<InFlight> recent = [];
    private readonly TimeSpan stableFor;
    private InFlight? previous;
    private bool unsure;
    private DateTimeOffset nextTry = DateTimeOffset.MinValue;

    public LevelWatch(SignalBaseline baseline, TimeSpan tolerance, TimeSpan stableFor)
        : base(baseline, tolerance)
    {
        this.stableFor = stableFor;
        Half = (baseline.Band.Upper!.Value - baseline.Band.Lower!.Value) / 2;
        Level = baseline.P50;
    }

    /// <summary>The level that it keeps to, or kept to last.</summary>
    public double Level { get; private set; }

    /// <summary>The baseline's level.</summary>
    public double Usual => Baseline.P50;

    /// <summary>How far from its level it may be.</summary>
    public double Half { get; }

    /// <summary>Whether that level is the baseline's: nothing lost, nothing doubled.</summary>
    public bool IsUsual => Math.Abs(Level - Usual) <= Half;

    /// <summary>Takes the next pair of readings.</summary>
    public void Next(InFlight pair)
    {
        Seen(pair.Stored);
        if (pair.Most - pair.Least > 2 * Half)
        {
            // A reading that took so long that it could have seen anything is a gap.
            return;
        }

        Remember(pair);
        var between = Reading.Between((previous ?? pair).Stored, pair.Stored);
        if (!unsure && (!Band.Outside || Band.InBandSince is not null))
        {
            if (IsAt(pair, Level))
            {
                Band.Good(between, pair.Stored.End);
            }
            else
            {
                // More in flight than usual is output missing: below.
                Band.Bad(pair.Middle > Level, between, pair.Stored.At, between, between);
            }
        }

        if (unsure || Band.InBandSince is null)
        {
            TryToSettle(pair);
        }

        previous = pair;
    }

    /// <summary>A counter was reset, so that the level is unknown until it settles; that is a gap and no excursion.</summary>
    public void Reset()
    {
        unsure = true;
        recent.Clear();
    }

    private bool IsAt(InFlight pair, double level) => pair.Least <= level + Half && pair.Most >= level - Half;

    private void Remember(InFlight pair)
    {
        recent.Add(pair);
        // Settling is tried every fiftieth of the stable time, and dates back within what is kept.
        if (pair.Stored.At - recent[0].Stored.At > 3 * stableFor)
        {
            recent.RemoveAll(p => pair.Stored.At - p.Stored.At > 2 * stableFor);
        }
    }

    private void TryToSettle(InFlight now)
    {
        var at = now.Stored.At;
        if (at < nextTry || at - recent[0].Stored.At < stableFor)
        {
            return;
        }

        nextTry = at + (stableFor / 50);
        var level = RobustStatistics.Median(recent.Where(p => at - p.Stored.At <= stableFor).Select(p => p.Middle));
        if (!IsAt(now, level))
        {
            return;
        }

        var start = recent.Count - 1;
        for (var i = start - 1; i >= 0; i--)
        {
            if (IsAt(recent[i], level))
            {
                start = i;
            }
            else if (recent[start].Stored.At - recent[i].Stored.At > Tolerance)
            {
                break;
            }
        }

        if (at - recent[start].Stored.At >= stableFor)
        {
            (Level, unsure) = (level, false);
            Band.Good(Reading.Between(recent[Math.Max(0, start - 1)].Stored, recent[start].Stored), now.Stored.End);
        }
    }
}
