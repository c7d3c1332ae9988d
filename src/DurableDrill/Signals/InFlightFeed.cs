namespace DurableDrill.Signals;

/// <summary>Produced less stored at one reading of "stored", as an interval: both curves are known only at readings that take time.</summary>
/// <param name="Stored">The reading of "stored" that it belongs to.</param>
/// <param name="Least">It was not less.</param>
/// <param name="Most">It was not more.</param>
public readonly record struct InFlight(Reading Stored, double Least, double Most)
{
    /// <summary>The middle of the interval.</summary>
    public double Middle => (Least + Most) / 2;
}

/// <summary>
/// Pairs the readings of two counters: at each reading of "stored" it takes "produced" from the line between the readings around it.
/// A reading's value is of an instant in [Start, End], so the line through the ends is never above the curve's and the line through the
/// starts never below it.
/// </summary>
public sealed class InFlightFeed
{
    private readonly Queue<Reading> waiting = new();
    private readonly List<Reading> produced = [];

    /// <summary>A reading of "produced"; returns what can be paired now.</summary>
    public IEnumerable<InFlight> Produced(Reading reading)
    {
        produced.Add(reading);
        return Pair();
    }

    /// <summary>A reading of "stored"; returns what can be paired now.</summary>
    public IEnumerable<InFlight> Stored(Reading reading)
    {
        waiting.Enqueue(reading);
        return Pair();
    }

    private List<InFlight> Pair()
    {
        var paired = new List<InFlight>();
        while (waiting.TryPeek(out var stored) && produced.Count > 0 && produced[^1].Start >= stored.End)
        {
            waiting.Dequeue();
            var keep = produced.FindLastIndex(p => p.End <= stored.Start);
            if (keep < 0)
            {
                continue;
            }

            produced.RemoveRange(0, keep);
            paired.Add(new(stored, Value(stored.Start, p => p.End) - stored.Value, Value(stored.End, p => p.Start) - stored.Value));
        }

        return paired;
    }

    private double Value(DateTimeOffset at, Func<Reading, DateTimeOffset> time)
    {
        var after = produced.FindIndex(p => time(p) >= at);
        if (after <= 0)
        {
            return after < 0 ? produced[^1].Value : produced[0].Value;
        }

        var (left, right) = (produced[after - 1], produced[after]);
        var share = (at - time(left)) / (time(right) - time(left));
        return left.Value + (share * (right.Value - left.Value));
    }
}
