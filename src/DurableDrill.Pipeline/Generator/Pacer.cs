namespace DurableDrill.Pipeline.Generator;

/// <summary>
/// When orders are due: number n at start + n / rate. Each is placed against the start, not against the one before, so that nothing drifts.
/// What was missed while the process stood still for more than a second is not made up: a frozen producer has no customers.
/// </summary>
internal sealed class Pacer(TimeProvider time)
{
    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(1);

    private long start = time.GetTimestamp();
    private long made;

    /// <summary>Orders per second; more than 0.</summary>
    public double Rate { get; private set; } = 1;

    /// <summary>Starts anew from this instant, the first order one interval later.</summary>
    public void Restart(double rate)
    {
        Rate = rate;
        start = time.GetTimestamp();
        made = 0;
    }

    /// <summary>Takes the orders that are due now.</summary>
    public int TakeDue()
    {
        var due = (long)(time.GetElapsedTime(start).TotalSeconds * Rate) - made;
        if (due > 1 && due > MaxLag.TotalSeconds * Rate)
        {
            Restart(Rate);
            return 1;
        }

        made += due;
        return (int)due;
    }

    /// <summary>How long until the next one is due; zero: now.</summary>
    public TimeSpan UntilNext()
    {
        var wait = TimeSpan.FromSeconds((made + 1) / Rate) - time.GetElapsedTime(start);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
