namespace DurableDrill.Signals;

/// <summary>
/// Turns the samples of one signal, as they come, into readings that can be judged. Gaps never become values. What is older than what
/// was there already is left out (bursts overlap, and of two readings at a time the later may show the earlier value). A counter that falls was reset: nothing is assumed to have been counted meanwhile,
/// the curve goes on from where it stood. A gauge that has stood still five times longer than it ever did in the baseline (and 2 s more)
/// has outlived its source: it is a gap until it moves.
/// </summary>
public sealed class SignalFeed(string signal, SignalKind kind, double? standstillSeconds = null)
{
    private readonly GapTracker gaps = new(signal);
    private Reading? last;
    private DateTimeOffset lastChange;
    private double offset;

    /// <summary>The signal's name.</summary>
    public string Signal => signal;

    /// <summary>What the signal counts as.</summary>
    public SignalKind Kind => kind;

    /// <summary>How often the counter fell.</summary>
    public int Resets { get; private set; }

    /// <summary>The longest gap so far; null: none.</summary>
    public SignalGap? LargestGap => gaps.Largest;

    /// <summary>The reading that a sample is, or null where it is a gap, or late, or a reset's first.</summary>
    public Reading? Next(Sample sample)
    {
        if (sample.Value is not { } value || !double.IsFinite(value))
        {
            gaps.Missed(sample.TakenAt, sample.Gap ?? "no reading");
            return null;
        }

        var reading = Reading.Of(sample) with { Value = value + offset };
        if (last is not { } previous)
        {
            lastChange = reading.At;
            return Take(reading);
        }

        if (reading.Start <= previous.Start || (kind == SignalKind.Counter && reading.Value < previous.Value && reading.Start < previous.End))
        {
            return null;
        }

        if (kind == SignalKind.Counter && reading.Value < previous.Value)
        {
            Resets++;
            offset += previous.Value - reading.Value;
            gaps.Missed(sample.TakenAt, "the counter was reset");
            last = reading with { Value = previous.Value };
            return null;
        }

        if (reading.Value != previous.Value)
        {
            lastChange = reading.At;
        }
        else if (kind is SignalKind.Gauge or SignalKind.Burden or SignalKind.Backlog && standstillSeconds is { } normal
            && (reading.At - lastChange).TotalSeconds > (5 * normal) + 2)
        {
            gaps.Missed(sample.TakenAt, "it no longer moves");
            last = reading;
            return null;
        }

        return Take(reading);
    }

    private Reading Take(Reading reading)
    {
        gaps.Read(reading);
        last = reading;
        return reading;
    }
}
