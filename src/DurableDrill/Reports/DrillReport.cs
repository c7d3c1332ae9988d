using System.Text.Json.Serialization;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Impact;
using DurableDrill.Integrity;
using DurableDrill.Plans;
using DurableDrill.Recovery;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Reports;

/// <summary>
/// A drill's report, as it stands in report.json. The first figures bear the names, and have the meaning, that the hand-written scripts gave
/// them; what is null was not measured, and never zero.
/// </summary>
public sealed record DrillReport
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The drill.</summary>
    public required string DrillId { get; init; }

    /// <summary>The plan's name: "worker".</summary>
    public required string DrillType { get; init; }

    /// <summary>The target's name.</summary>
    public required string Target { get; init; }

    /// <summary>Where it was run from.</summary>
    public required string Host { get; init; }

    /// <summary>What it found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why, one line each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>When the workflow began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When everything was reverted and judged.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>From the one to the other.</summary>
    public required double TotalDurationSeconds { get; init; }

    /// <summary>How long output stood below its band.</summary>
    public double? DowntimeDurationSeconds { get; init; }

    /// <summary>From the last revert (or, self-healed, from the fault) to the start of the stable window; null: censored, or no effect.</summary>
    public double? RecoveryTimeSeconds { get; init; }

    /// <summary>From the first fault to the same instant.</summary>
    public double? TimeToRecoverSeconds { get; init; }

    /// <summary>Baseline rate times downtime.</summary>
    public double? PotentiallyLostOrders { get; init; }

    /// <summary>That times the value of one order.</summary>
    public double? PotentialRevenueLossUsd { get; init; }

    /// <summary>The scripts' view of integrity; the whole is <see cref="Integrity"/>.</summary>
    public required DataIntegrityCheck DataIntegrityCheck { get; init; }

    /// <summary>Throughput and latency before and after; null: not measured.</summary>
    public BeforeAndAfter? Comparison { get; init; }

    /// <summary>The recovery timeline.</summary>
    public RecoveryTimeline? Recovery { get; init; }

    /// <summary>What was done to the pipeline: asked and measured.</summary>
    public IReadOnlyList<FaultRow> Faults { get; init; } = [];

    /// <summary>What became of every event.</summary>
    public IntegrityResult? Integrity { get; init; }

    /// <summary>What it cost.</summary>
    public BusinessImpact? Impact { get; init; }

    /// <summary>The healthy pipeline.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>By how much servers' clocks are ahead of this machine's.</summary>
    public IReadOnlyDictionary<string, ClockOffset> Clocks { get; init; } = new Dictionary<string, ClockOffset>();

    /// <summary>Warnings of preflight, and what went wrong without ending the drill.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The drills of a sequence.</summary>
    public IReadOnlyList<PartRow> Parts { get; init; } = [];

    /// <summary>What was asked for.</summary>
    public required DrillPlan Plan { get; init; }
}

/// <summary>Integrity as the hand-written scripts report it.</summary>
/// <param name="Status">passed, failed, inconclusive, or not_checked.</param>
/// <param name="MessagesInTopic">Distinct ids in the topic; null: it was not read.</param>
/// <param name="Details">What a reader should know, one line each.</param>
public sealed record DataIntegrityCheck(string Status, long? MessagesInTopic, IReadOnlyList<string> Details);

/// <summary>The pipeline before the injury and after recovery.</summary>
/// <param name="Baseline">Over the baseline window.</param>
/// <param name="AfterRecovery">Over the stable window; null: it did not recover.</param>
public sealed record BeforeAndAfter(Performance Baseline, Performance? AfterRecovery);

/// <summary>What flows and how long it takes.</summary>
/// <param name="ThroughputPerSecond">Events stored a second.</param>
/// <param name="LatencySeconds">Median; null: not observed.</param>
public sealed record Performance(double? ThroughputPerSecond, double? LatencySeconds);

/// <summary>A fault: what was asked, and what was measured.</summary>
/// <param name="Id">Its name in the plan.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Component">To what; a role, where nobody was found to have it.</param>
/// <param name="AskedSeconds">How long it was to be held.</param>
/// <param name="MeasuredSeconds">From applied to healed, or else to reverted; null: it was not applied, or neither happened.</param>
/// <param name="Applied">When.</param>
/// <param name="Reverted">When.</param>
/// <param name="RevertedBy">workflow, janitor, watchdog or hand.</param>
/// <param name="State">Where its ticket stands.</param>
/// <param name="Note">What a person should know.</param>
public sealed record FaultRow(
    string Id, string Kind, string Component, double AskedSeconds, double? MeasuredSeconds,
    Instants? Applied, Instants? Reverted, string? RevertedBy, TicketState State, string? Note)
{
    /// <summary>When the watch healed it, to which it was left (<c>healed_by</c>); null: it was not left to it, or it did not.</summary>
    public Instants? Healed { get; init; }

    /// <summary>The role that the plan names, and why the component had it; null: the plan names the component, or nobody was found.</summary>
    public RoleHolder? Role { get; init; }

    /// <summary>The component, and its role where the plan names that: "kafka-2 (leader)".</summary>
    [JsonIgnore]
    public string Hit => Role is null ? Component : $"{Component} ({Role.Role})";
}

/// <summary>One drill of a sequence.</summary>
/// <param name="DrillId">The drill; it has a report of its own.</param>
/// <param name="DrillType">Its plan's name.</param>
/// <param name="Verdict">What it found.</param>
/// <param name="DowntimeDurationSeconds">As in its report.</param>
/// <param name="RecoveryTimeSeconds">As in its report.</param>
/// <param name="Lost">Ids lost; null: not observable.</param>
/// <param name="Duplicated">Ids doubled; null: not observable.</param>
public sealed record PartRow(
    string DrillId, string DrillType, Verdict Verdict, double? DowntimeDurationSeconds, double? RecoveryTimeSeconds, long? Lost, long? Duplicated);
