using DurableDrill.Recovery;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>All that a drill's workflow has learned; the report is made of it and of what the stores hold (samples, tickets, ids).</summary>
public sealed record DrillRecord
{
    /// <summary>What started it.</summary>
    public required DrillRequest Request { get; init; }

    /// <summary>When the workflow began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When everything was reverted and judged.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What preflight had to say that did not stop the drill, and what went wrong on the way without ending it.</summary>
    public List<Finding> Findings { get; init; } = [];

    /// <summary>By how much servers' clocks are ahead of this machine's.</summary>
    public IReadOnlyDictionary<string, ClockOffset> Clocks { get; set; } = new Dictionary<string, ClockOffset>();

    /// <summary>What an event is worth.</summary>
    public ImpactDefinition Value { get; set; } = new();

    /// <summary>The components before anything was injured; null: not known.</summary>
    public TargetLook? Look { get; set; }

    /// <summary>The healthy pipeline; null: it did not get that far.</summary>
    public Baseline? Baseline { get; set; }

    /// <summary>When the fault timeline began; null: nothing was injured.</summary>
    public DateTimeOffset? InjectedAt { get; set; }

    /// <summary>The tickets of the plan's faults, in plan order.</summary>
    public IReadOnlyList<string> Tickets { get; set; } = [];

    /// <summary>What the recovery rule says; null: it was not asked.</summary>
    public RecoveryTimeline? Recovery { get; set; }

    /// <summary>When it said so.</summary>
    public DateTimeOffset? JudgedAt { get; set; }

    /// <summary>Why the ids could not be compared; null: they were, or it did not get that far.</summary>
    public string? NotValidated { get; set; }

    /// <summary>Whether the integrity result is in the store.</summary>
    public bool Validated { get; set; }

    /// <summary>How the drills of a sequence ended, in order.</summary>
    public List<DrillOutcome> Parts { get; init; } = [];

    /// <summary>Why the drill could not be carried out; null: it could.</summary>
    public string? Error { get; set; }

    /// <summary>Who or what ended it and why; null: nobody.</summary>
    public string? Aborted { get; set; }
}
