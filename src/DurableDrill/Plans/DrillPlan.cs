using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>One drill: what is injured, when, for how long, and what counts as recovered. Times are relative to the first fault.</summary>
public sealed record DrillPlan
{
    /// <summary>The drill's type in reports: "worker", "kafka".</summary>
    public required string Name { get; init; }

    /// <summary>Name of the target it was made for; null: any.</summary>
    public string? Target { get; init; }

    /// <summary>How long the healthy baseline is measured. 1 s to 24 h; default 20 s.</summary>
    public TimeSpan Baseline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The injuries, in order of <see cref="PlannedFault.At"/>. At least one, unless the plan has <see cref="Each"/>.</summary>
    public IReadOnlyList<PlannedFault> Faults { get; init; } = [];

    /// <summary>What <see cref="Faults"/> were drawn from; null: they were written by hand.</summary>
    public Chaos? Chaos { get; init; }

    /// <summary>Names of drills of the same target that are run in turn, instead of faults; none of them has parts itself.</summary>
    public IReadOnlyList<string> Each { get; init; } = [];

    /// <summary>How long every signal must stay in its band. 1 s to 1 h; default 5 s.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the last revert recovery is awaited; then it is censored. 1 s to 24 h; default 120 s.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long the pipeline may take to go quiet before ids are read. 1 s to 24 h; default 120 s.</summary>
    public TimeSpan QuietTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>What must hold of the baseline: bounds on signals and rates.</summary>
    public IReadOnlyList<Bound> Hypothesis { get; init; } = [];

    /// <summary>The drill is ended and everything reverted when one of these is violated while it runs.</summary>
    public IReadOnlyList<Bound> StopConditions { get; init; } = [];

    /// <summary>Limits that decide the verdict, beside integrity.</summary>
    public Objectives Objectives { get; init; } = new();

    /// <summary>Whether faults that cannot be undone are allowed.</summary>
    public bool Irreversible { get; init; }

    /// <summary>
    /// Who heals what the drill injures: <see cref="FaultTicket.Watch"/>; then that is the recovery that is measured, and the drill itself reverts only
    /// when a fault's time is up. Null: the drill.
    /// </summary>
    public string? HealedBy { get; init; }

    /// <summary>
    /// The plan with its longest fault held for this time. The whole timeline is stretched by the same factor, starts and holds, so that what
    /// overlapped still does and the order stays. A plan with <see cref="Each"/> stays as it is: its parts are stretched one by one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not more than 0 and at most 24 h.</exception>
    public DrillPlan HeldFor(TimeSpan hold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hold, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hold, TimeSpan.FromHours(24));
        if (Faults.Count == 0)
        {
            return this;
        }

        var longest = Faults.Max(f => f.For).Ticks;
        TimeSpan Stretch(TimeSpan time) => new((long)((Int128)time.Ticks * hold.Ticks / longest));
        return this with { Faults = [.. Faults.Select(f => f with { At = Stretch(f.At), For = TimeSpan.FromTicks(Math.Max(1, Stretch(f.For).Ticks)) })] };
    }

    /// <summary>A chaos plan drawn anew from another seed; any other plan as it is.</summary>
    public DrillPlan Seeded(ulong seed) =>
        Chaos is null ? this : this with { Chaos = Chaos with { Seed = seed }, Faults = (Chaos with { Seed = seed }).Expand() };

    /// <summary>The roles of a target that its faults name instead of a component, each once.</summary>
    public IEnumerable<string> RolesOf(TargetDefinition target) => Faults.Select(planned => planned.Fault.Component).Where(target.Roles.ContainsKey).Distinct();
}

/// <summary>A fault at its place in the timeline.</summary>
/// <param name="Id">Unique in the plan; default "KIND-COMPONENT", numbered when it repeats.</param>
/// <param name="Fault">What is done.</param>
/// <param name="At">After the first moment of the timeline; zero or more.</param>
/// <param name="For">How long it is held; more than zero.</param>
public sealed record PlannedFault(string Id, Fault Fault, TimeSpan At, TimeSpan For);

/// <summary>A bound on a signal: <c>backlog: { max: 1000 }</c>; on a counter it bounds the rate per second.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Min">Null: none.</param>
/// <param name="Max">Null: none.</param>
public sealed record Bound(string Signal, double? Min, double? Max);

/// <summary>The limits that a drill is judged by.</summary>
public sealed record Objectives
{
    /// <summary>Recovery time objective: time_to_recover must not be longer; null: none.</summary>
    public TimeSpan? Rto { get; init; }

    /// <summary>Recovery point objective: this many lost events are tolerated; default 0.</summary>
    public long RpoEvents { get; init; }
}
