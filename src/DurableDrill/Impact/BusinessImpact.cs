namespace DurableDrill.Impact;

/// <summary>
/// What the disturbance cost. Deferred, lost and in-doubt money are three things: the first came late, the second is gone, of the third nobody knows.
/// Beside the true figures stand the two that hand-written scripts report, with the meaning they have there.
/// </summary>
public sealed record BusinessImpact
{
    /// <summary>Value of one event.</summary>
    public required double ValuePerEvent { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Events that arrived, late.</summary>
    public long? DeferredOrders { get; init; }

    /// <summary>Their value: delayed, not lost.</summary>
    public double? DeferredRevenue { get; init; }

    /// <summary>Events acknowledged and not in the sink; null: not observable.</summary>
    public long? LostOrders { get; init; }

    /// <summary>Their value.</summary>
    public double? LostRevenue { get; init; }

    /// <summary>Events of which nothing conclusive is known; null: not observable.</summary>
    public long? InDoubtOrders { get; init; }

    /// <summary>Their value.</summary>
    public double? InDoubtRevenue { get; init; }

    /// <summary>The scripts' figure: baseline rate times downtime. An estimate of what did not come out in time, not a loss.</summary>
    public required long PotentiallyLostOrders { get; init; }

    /// <summary>The scripts' figure: <see cref="PotentiallyLostOrders"/> times the value, in <see cref="Currency"/>.</summary>
    public required double PotentialRevenueLossUsd { get; init; }

    /// <summary>The impact, from the baseline rate, the downtime and what integrity counted.</summary>
    /// <param name="baselineRate">Events a second of "stored" in the baseline; zero or more.</param>
    /// <param name="downtimeSeconds">How long output stood below its band; zero or more.</param>
    /// <param name="valuePerEvent">Zero or more.</param>
    /// <param name="currency">ISO 4217 code.</param>
    /// <param name="deferred">Null: not observable.</param>
    /// <param name="lost">Null: not observable.</param>
    /// <param name="inDoubt">Null: not observable.</param>
    public static BusinessImpact Of(
        double baselineRate, double downtimeSeconds, double valuePerEvent, string currency, long? deferred, long? lost, long? inDoubt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(baselineRate);
        ArgumentOutOfRangeException.ThrowIfNegative(downtimeSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(valuePerEvent);
        var potential = (long)Math.Round(baselineRate * downtimeSeconds);
        return new()
        {
            ValuePerEvent = valuePerEvent,
            Currency = currency,
            DeferredOrders = deferred,
            DeferredRevenue = deferred * valuePerEvent,
            LostOrders = lost,
            LostRevenue = lost * valuePerEvent,
            InDoubtOrders = inDoubt,
            InDoubtRevenue = inDoubt * valuePerEvent,
            PotentiallyLostOrders = potential,
            PotentialRevenueLossUsd = potential * valuePerEvent,
        };
    }
}
