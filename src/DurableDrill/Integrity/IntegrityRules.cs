using DurableDrill.Targets;

namespace DurableDrill.Integrity;

/// <summary>What the comparison is told beside the ids.</summary>
public sealed record IntegrityRules
{
    /// <summary>What the pipeline promises.</summary>
    public Guarantee Guarantee { get; init; } = Guarantee.ExactlyOnce;

    /// <summary>The faults of the drill; they may overlap, and an id counts for the one that began last.</summary>
    public IReadOnlyList<FaultWindow> Faults { get; init; } = [];

    /// <summary>An id that arrives later than this after it was produced is deferred; null: lateness is not looked at.</summary>
    public TimeSpan? LateAfter { get; init; }

    /// <summary>Why what is missing may still be under way, so that it is undetermined and not lost; null: the pipeline is quiet.</summary>
    public string? NotQuiet { get; init; }

    /// <summary>
    /// The ids that were in the sink more than once before the first fault, and how often; null: not known, and every one that is now counts for the drill.
    /// </summary>
    public IReadOnlyDictionary<string, long>? WrittenBefore { get; init; }

    /// <summary>How many lost ids are tolerated (the recovery point objective); 0 or more.</summary>
    public long ToleratedLost { get; init; }

    /// <summary>At most this many intervals of a class are in the result; 1 or more, default 100.</summary>
    public int MaxIntervals { get; init; } = 100;

    /// <summary>The faults in the order in which ids are given to them: the one that began last first.</summary>
    internal IReadOnlyList<string> FaultOrder => [.. Faults.OrderByDescending(fault => fault.From).Select(fault => fault.Fault).Distinct()];

    /// <summary>Where a fault stands in <see cref="FaultOrder"/>; none comes last.</summary>
    internal int IndexOf(string? fault) => fault is null ? int.MaxValue : FaultOrder.ToList().IndexOf(fault);

    /// <summary>The fault in whose window an instant lies, the one that began last; null: none.</summary>
    public string? FaultAt(DateTimeOffset at) =>
        Faults.Where(fault => fault.From <= at && at <= fault.To).MaxBy(fault => fault.From)?.Fault;
}

/// <summary>When a fault was there.</summary>
/// <param name="Fault">The fault's id in the plan.</param>
/// <param name="From">Not after its apply.</param>
/// <param name="To">Not before its revert was verified.</param>
public sealed record FaultWindow(string Fault, DateTimeOffset From, DateTimeOffset To);
