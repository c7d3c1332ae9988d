using System.Text.Json.Serialization;
using DurableDrill.Plans;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>What starts a drill. Everything that the workflow needs to know is in it, so that a history explains itself.</summary>
/// <param name="DrillId">The drill's id, which is the workflow instance's too: letters, digits and '-'.</param>
/// <param name="Target">Name of the target, as the host knows it.</param>
/// <param name="Plan">What is done.</param>
/// <param name="Host">Which machine or app runs it, for people who meet its hold on the target.</param>
public sealed record DrillRequest(string DrillId, string Target, DrillPlan Plan, string Host)
{
    /// <summary>Which names that its faults hit are roles of the target; null: none.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The component that is paused before ids are read (the target's <c>integrity.quiesce</c>); null: none.</summary>
    public string? Quiesce { get; init; }

    /// <summary>The plans to run in turn, when the plan is a sequence of others; else empty.</summary>
    public IReadOnlyList<DrillPlan> Parts { get; init; } = [];

    /// <summary>A digest of what was asked for over HTTP, so that the same key with another body is told apart; null: it was not started so.</summary>
    public string? Asked { get; init; }

    /// <summary>When it was asked for over HTTP; null: it was not started so.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>What starts a drill of a target.</summary>
    /// <param name="id">The drill's id.</param>
    /// <param name="name">The target's name, as the host knows it.</param>
    /// <param name="target">The target.</param>
    /// <param name="choice">What is done.</param>
    /// <param name="host">Which machine or app runs it.</param>
    public static DrillRequest Of(string id, string name, TargetDefinition target, PlanChoice choice, string host)
    {
        var roles = choice.Steps.SelectMany(plan => plan.RolesOf(target)).Distinct().ToList();
        return new(id, name, choice.Plan, host)
        {
            Parts = choice.Parts,
            Quiesce = target.Integrity?.Quiesce,
            Roles = roles.Count > 0 ? roles : null,
        };
    }

    /// <summary>Who holds the target first: this drill, or the first one of a sequence.</summary>
    [JsonIgnore]
    public string FirstHolder => Parts.Count == 0 ? DrillId : PartId(0);

    /// <summary>The id of the drill that runs a part.</summary>
    public string PartId(int index) => $"{DrillId}-{index + 1}-{Parts[index].Name}";
}

/// <summary>How a drill ended.</summary>
/// <param name="DrillId">The drill.</param>
/// <param name="Verdict">What it found.</param>
/// <param name="Reasons">Why, one line each.</param>
public sealed record DrillOutcome(string DrillId, Verdict Verdict, IReadOnlyList<string> Reasons);

/// <summary>What a drill found; <see cref="Errored"/> and <see cref="Aborted"/> say nothing of the pipeline.</summary>
public enum Verdict
{
    /// <summary>It recovered in time and every event is proved.</summary>
    Passed,

    /// <summary>It did not recover in time, or events were lost, doubled against the guarantee, unexpected or conflicting.</summary>
    Failed,

    /// <summary>It recovered, and what decides the rest could not be observed.</summary>
    Inconclusive,

    /// <summary>The drill could not be carried out.</summary>
    Errored,

    /// <summary>Somebody, or a stop condition, ended it.</summary>
    Aborted,
}

/// <summary>Where a drill is.</summary>
public enum Phase
{
    /// <summary>Everything is checked; nothing is injured.</summary>
    Preflight,

    /// <summary>The healthy pipeline is measured.</summary>
    Baseline,

    /// <summary>Faults are applied and reverted on their timeline.</summary>
    Inject,

    /// <summary>All faults are reverted; the signals are watched until they are back and stay.</summary>
    Recover,

    /// <summary>The pipeline goes quiet and every event is looked for.</summary>
    Validate,

    /// <summary>What is still injured is put right, and the target is let go.</summary>
    Revert,

    /// <summary>The report is written.</summary>
    Report,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>What others see of a running drill.</summary>
/// <param name="Phase">Where it is.</param>
/// <param name="Since">When the phase began.</param>
/// <param name="Until">When the phase should be over at the latest; null: not known.</param>
/// <param name="Detail">What it is doing, for people.</param>
public sealed record DrillStatus(Phase Phase, DateTimeOffset Since, DateTimeOffset? Until, string? Detail)
{
    /// <summary>The drill of the sequence that runs now; null: it is no sequence.</summary>
    public string? Part { get; init; }
}

/// <summary>The signals that a drill listens to.</summary>
public static class DrillSignals
{
    /// <summary>Ends the drill, reverting everything. Payload: <see cref="string"/>, who or what and why.</summary>
    public const string Abort = "abort";

    /// <summary>Ends an observation after the burst under way. Payload: none that matters.</summary>
    public const string StopObserving = "stop-observing";

    /// <summary>Ends a validation after the steps under way. Payload: none that matters.</summary>
    public const string StopValidating = "stop-validating";
}
