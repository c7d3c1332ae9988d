using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>Judges the readings of one signal as they come.</summary>
/// <param name="baseline">What is normal.</param>
/// <param name="tolerance">The longest time out of band that is still noise.</param>
internal abstract class SignalWatch(SignalBaseline baseline, TimeSpan tolerance)
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> stalls = [];
    private readonly TimeSpan stall = TimeSpan.FromSeconds(Math.Max(1, 4 * baseline.CadenceSeconds));
    private DateTimeOffset? lastSeen;

    public BandWatch Band { get; } = new(baseline.Signal, tolerance);

    public SignalKind Kind => baseline.Kind;

    public TimeSpan Tolerance => tolerance;

    protected SignalBaseline Baseline => baseline;

    /// <summary>
    /// The noise that a band lets pass: twice what the baseline itself did (its longest of a few is not the longest that there is), half a second, and
    /// what the signal cannot resolve: a rate its window, a gauge the sink's write interval and two readings.
    /// </summary>
    public static TimeSpan ToleranceOf(SignalBaseline signal, Baseline baseline)
    {
        var resolution = signal.Kind == SignalKind.Counter
            ? baseline.RateWindowSeconds
            : Math.Max(baseline.WriteIntervalSeconds ?? 0, 2 * signal.CadenceSeconds);
        return TimeSpan.FromSeconds(Math.Max(0.5, Math.Max(resolution, 2 * signal.ExcursionSeconds)));
    }

    /// <summary>Whether it has been seen in band from an instant on for so long; time in which nobody looked does not count.</summary>
    public bool StableSince(DateTimeOffset from, TimeSpan stableFor)
    {
        if (Band.Outside || Band.InBandSince is null || Band.GoodUntil is not { } until)
        {
            return false;
        }

        var unseen = TimeSpan.Zero;
        foreach (var (begin, end) in stalls)
        {
            var (left, right) = (begin > from ? begin : from, end < until ? end : until);
            unseen += right > left ? right - left : TimeSpan.Zero;
        }

        return until - from - unseen >= stableFor;
    }

    /// <summary>Takes the next reading.</summary>
    public void Next(Reading reading)
    {
        Seen(reading);
        Judge(reading);
    }

    /// <summary>Whether two readings so far apart have a gap between them, for nobody looked or nothing was to be read.</summary>
    protected bool IsStall(TimeSpan apart) => apart > stall;

    protected void Seen(Reading reading)
    {
        if (lastSeen is { } last && IsStall(reading.Start - last))
        {
            stalls.RemoveAll(s => s.To < Band.InBandSince?.Earliest);
            stalls.Add((last, reading.Start));
        }

        lastSeen = reading.End;
    }

    protected virtual void Judge(Reading reading)
    {
    }
}

/// <summary>A gauge is in its band or it is not.</summary>
internal sealed class GaugeWatch(SignalBaseline baseline, TimeSpan tolerance) : SignalWatch(baseline, tolerance)
{
    private Reading? previous;

    protected override void Judge(Reading reading)
    {
        var between = Reading.Between(previous ?? reading, reading);
        if (Baseline.Band.Contains(reading.Value))
        {
            Band.Good(between, reading.End);
        }
        else
        {
            Band.Bad(reading.Value < Baseline.Band.Lower, between, reading.At, between, between);
        }

        previous = reading;
    }
}

/// <summary>What is only told: from what to what it went.</summary>
internal sealed class ToldWatch(SignalBaseline baseline) : SignalWatch(baseline, TimeSpan.Zero)
{
    public string Signal => Baseline.Signal;

    public double? First { get; private set; }

    public double? Last { get; private set; }

    protected override void Judge(Reading reading)
    {
        First ??= reading.Value;
        Last = reading.Value;
    }
}
