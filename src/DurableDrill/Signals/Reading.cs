using DurableDrill.Faults;

namespace DurableDrill.Signals;

/// <summary>A value that was true at one instant between two others.</summary>
/// <param name="Start">The reading was asked for.</param>
/// <param name="End">The answer was there.</param>
/// <param name="Value">What it said.</param>
public readonly record struct Reading(DateTimeOffset Start, DateTimeOffset End, double Value)
{
    /// <summary>The instant that stands for the reading: the middle.</summary>
    public DateTimeOffset At => Start + ((End - Start) / 2);

    /// <summary>The reading of a sample that is no gap.</summary>
    public static Reading Of(Sample sample) => new(sample.TakenAt, sample.TakenAt + sample.Took, sample.Value!.Value);

    /// <summary>The interval in which something happened that one reading did not show and the next did.</summary>
    public static Instants Between(Reading before, Reading after) => new(before.Start, after.End);
}
