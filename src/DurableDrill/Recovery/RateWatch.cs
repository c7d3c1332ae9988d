using DurableDrill.Faults;
using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>
/// A counter's rate, judged over forward windows. A trailing window would lag by its own length; here a window that is good says that all
/// is well from its first reading on, and a window that is bad that something was wrong before its last. So leaving the band below is dated at
/// the last rise in the first bad window (where output stopped, that is where it stopped), leaving it above at that window's end, and coming
/// back at the first rise from the start of the first good window on.
/// </summary>
internal sealed class RateWatch(SignalBaseline baseline, TimeSpan tolerance, TimeSpan window) : SignalWatch(baseline, tolerance)
{
    private readonly RateWindows windows = new(window);
    private Reading? previous;

    private (Reading From, double UnderWay)? standstill;

    /// <summary>
    /// The ends of standstills (no rise over a whole window): the first output beyond what was under way when the counter stopped.
    /// </summary>
    public List<Instants> NewOutputs { get; } = [];

    /// <summary>How many events are under way to this counter; they were produced before it stopped.</summary>
    public double UnderWay { get; set; }

    /// <summary>The counter was reset: no window spans that.</summary>
    public void Reset() => windows.Clear();

    protected override void Judge(Reading reading)
    {
        if (standstill is { } stopped && reading.Value > stopped.From.Value + Math.Max(0, stopped.UnderWay))
        {
            NewOutputs.Add(Reading.Between(previous ?? reading, reading));
            standstill = null;
        }

        previous = reading;
        foreach (var one in windows.Next(reading))
        {
            Judge(one);
        }
    }

    private void Judge(RateWindow one)
    {
        var readings = one.Readings;
        var (first, last) = (readings[0], readings[^1]);
        if (last.Value <= first.Value)
        {
            standstill ??= (first, UnderWay);
        }

        if (Baseline.Band.Contains(one.Rate))
        {
            Band.Good(FirstRise(one), last.End);
            return;
        }

        var below = one.Rate < Baseline.Band.Lower;
        var known = Reading.Between(readings[^2], last);
        Band.Bad(below, below ? LastRise(one) : known, first.At, known, FirstRise(one));
    }

    private Instants FirstRise(RateWindow one)
    {
        var before = one.Before;
        foreach (var reading in one.Readings)
        {
            if (reading.Value > before.Value)
            {
                var between = Reading.Between(before, reading);
                return Flowing(before, reading) is { } flowing ? between with { Earliest = reading.Start - flowing } : between;
            }

            before = reading;
        }

        return Reading.Between(one.Before, one.Readings[0]);
    }

    private Instants LastRise(RateWindow one)
    {
        for (var i = one.Readings.Count - 1; i > 0; i--)
        {
            var (before, reading) = (one.Readings[i - 1], one.Readings[i]);
            if (reading.Value > before.Value)
            {
                var between = Reading.Between(before, reading);
                return Flowing(before, reading) is { } flowing ? between with { Latest = before.End + flowing } : between;
            }
        }

        return Reading.Between(one.Before, one.Readings[0]);
    }

    /// <summary>
    /// How long at most the flow was in band between two readings with a gap between them, where that cannot have been all the time: what was counted,
    /// at the band's lower edge, and once the longest that it usually stands still. Without it an outage in which the counter cannot be read would have
    /// no length that is certain.
    /// </summary>
    private TimeSpan? Flowing(Reading before, Reading after)
    {
        var apart = after.Start - before.End;
        var seconds = ((after.Value - before.Value) / Baseline.Band.Lower!.Value) + (Baseline.StandstillSeconds ?? 0);
        return IsStall(apart) && seconds < apart.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
