namespace DurableDrill.Signals;

/// <summary>
/// Keeps the largest gap of a signal: from the last reading before to the first after. Readings that simply did not come (the sampler
/// stalled) count too, from four times the usual distance of two readings on.
/// </summary>
public sealed class GapTracker(string signal)
{
    private const int CadenceReadings = 64;
    private readonly Queue<double> distances = new();
    private Reading? last;
    private string? reason;
    private SignalGap? open;

    /// <summary>The longest gap so far; null: none.</summary>
    public SignalGap? Largest { get; private set; }

    /// <summary>A reading failed.</summary>
    public void Missed(DateTimeOffset at, string why)
    {
        reason ??= why;
        var from = last?.End ?? open?.From ?? at;
        open = new(signal, from, null, (at - from).TotalSeconds, reason);
        Keep(open);
    }

    /// <summary>A reading came.</summary>
    public void Read(Reading reading)
    {
        if (last is { } previous)
        {
            var distance = (reading.Start - previous.End).TotalSeconds;
            if (reason is not null || (distance > 1 && distances.Count > 0 && distance > 4 * RobustStatistics.Median(distances)))
            {
                Keep(new(signal, previous.End, reading.Start, distance, reason ?? "no reading was taken"));
            }
            else
            {
                distances.Enqueue(distance);
                if (distances.Count > CadenceReadings)
                {
                    distances.Dequeue();
                }
            }
        }
        else if (open is { } first)
        {
            Keep(first with { To = reading.Start, Seconds = (reading.Start - first.From).TotalSeconds });
        }

        (last, reason, open) = (reading, null, null);
    }

    private void Keep(SignalGap gap)
    {
        if (Largest is null || gap.Seconds >= Largest.Seconds)
        {
            Largest = gap;
        }
    }
}
