using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Plans;
using DurableDrill.Recovery;
using DurableDrill.Signals;
using DurableDrill.Targets;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>The steps of a drill: names and types here, bodies in <see cref="DrillStepBodies"/>.</summary>
public static class DrillSteps
{
    private static readonly RetryPolicy Patient = new(8, TimeSpan.FromSeconds(0.5), 2, TimeSpan.FromSeconds(15));

    /// <summary>Checks plan and target, takes the target for this drill. Errors are findings, not failures.</summary>
    public static Step<DrillRequest, PreflightResult> Preflight { get; } = new("preflight", RetryPolicy.None);

    /// <summary>Reads every probe for one burst and stores the samples.</summary>
    public static Step<ObserveBurst, BurstResult> Observe { get; } = new("observe", RetryPolicy.Default);

    /// <summary>Waits for the samples of the window and measures the baseline.</summary>
    public static Step<BaselineRequest, Baseline> MeasureBaseline { get; } = new("measure-baseline", RetryPolicy.Default);

    /// <summary>Writes tickets durably and makes sure that somebody else reverts if this host dies.</summary>
    public static Step<TicketsRequest, IReadOnlyList<string>> OpenTickets { get; } = new("open-tickets", RetryPolicy.Default);

    /// <summary>Asks who has a role now, for a bounded while.</summary>
    public static Step<RoleRequest, RoleHolder> FindRole { get; } = new("find-role", RetryPolicy.None);

    /// <summary>Applies the fault of a ticket.</summary>
    public static Step<TicketOrder, TicketResult> Apply { get; } = new("apply", RetryPolicy.None);

    /// <summary>Reverts the fault of a ticket, verifies it and closes the ticket when that is final.</summary>
    public static Step<TicketOrder, TicketResult> Revert { get; } = new("revert", Patient);

    /// <summary>Asks the recovery rule, for a bounded while, until it has an answer.</summary>
    public static Step<JudgeRequest, JudgeResult> Judge { get; } = new("judge-recovery", RetryPolicy.Default);

    /// <summary>Waits, for a bounded while, until nothing moves any more.</summary>
    public static Step<QuietRequest, QuietResult> AwaitQuiet { get; } = new("await-quiet", RetryPolicy.Default);

    /// <summary>Compares the ids that were produced with those that arrived, and stores the result.</summary>
    public static Step<ValidateRequest, ValidateResult> Validate { get; } = new("validate", RetryPolicy.Default);

    /// <summary>Does the same for one of several shares of the ids.</summary>
    public static Step<ShareRequest, ShareResult> ValidateShare { get; } = new("validate-share", RetryPolicy.Default);

    /// <summary>Makes one result of those of all shares, and stores it.</summary>
    public static Step<MergeRequest, ValidateResult> MergeShares { get; } = new("merge-shares", RetryPolicy.Default);

    /// <summary>Lets the target go.</summary>
    public static Step<DrillRequest, bool> Release { get; } = new("release", Patient);

    /// <summary>Writes the report and says the verdict.</summary>
    public static Step<DrillRecord, DrillOutcome> Report { get; } = new("report", RetryPolicy.Default);
}

/// <summary>What preflight found.</summary>
/// <param name="Findings">An error among them ends the drill.</param>
/// <param name="Clocks">By how much servers' clocks are ahead of this machine's.</param>
/// <param name="Value">What an event is worth.</param>
public sealed record PreflightResult(
    IReadOnlyList<Finding> Findings, IReadOnlyDictionary<string, ClockOffset> Clocks, ImpactDefinition Value)
{
    /// <summary>The components then; null: they could not be looked at.</summary>
    public TargetLook? Look { get; init; }

    /// <summary>The target was not taken, for what was found.</summary>
    public bool NotHeld { get; init; }
}

/// <summary>One burst of readings.</summary>
/// <param name="DrillId">The drill that the samples belong to.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Burst">Its number; a burst that is read again replaces its samples.</param>
/// <param name="Length">How long to read.</param>
/// <param name="StopConditions">Looked at when the burst is over.</param>
public sealed record ObserveBurst(string DrillId, string Target, int Burst, TimeSpan Length, IReadOnlyList<Bound> StopConditions);

/// <summary>What a burst saw.</summary>
/// <param name="Latest">The last reading of each signal; a signal in a gap is not there.</param>
/// <param name="Violated">Which stop condition does not hold; null: none.</param>
/// <param name="Orphaned">The drill is over: nobody needs another burst.</param>
public sealed record BurstResult(IReadOnlyDictionary<string, double> Latest, string? Violated, bool Orphaned);

/// <summary>The window to measure.</summary>
public sealed record BaselineRequest(string DrillId, string Target, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<Bound> Hypothesis);

/// <summary>The tickets to write.</summary>
public sealed record TicketsRequest(IReadOnlyList<FaultTicket> Tickets);

/// <summary>Whose role it is.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Role">The role.</param>
public sealed record RoleRequest(string Target, string Role);

/// <summary>What to do with a ticket.</summary>
/// <param name="TicketId">Which.</param>
/// <param name="By">Who does it.</param>
public sealed record TicketOrder(string TicketId, string By);

/// <summary>What was done with a ticket.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Problem">Why the fault was not applied; null: it was.</param>
public sealed record TicketResult(TicketState State, string? Problem);

/// <summary>What the recovery rule is asked.</summary>
/// <param name="DrillId">The drill.</param>
/// <param name="Faults">The tickets of the plan's faults; what was done to validate is not among them.</param>
/// <param name="Baseline">The band to come back to.</param>
/// <param name="StableFor">How long to stay in it.</param>
/// <param name="Timeout">Measured from the last revert; after it the answer is "censored".</param>
/// <param name="ClockOffset">By how much the clocks that stamp readings may differ.</param>
/// <param name="Patience">How long this step may wait for the answer.</param>
public sealed record JudgeRequest(
    string DrillId, IReadOnlyList<string> Faults, Baseline Baseline, TimeSpan StableFor, TimeSpan Timeout, TimeSpan ClockOffset, TimeSpan Patience);

/// <summary>The rule's answer.</summary>
/// <param name="Final">Whether more samples could not change it.</param>
/// <param name="Timeline">What can be said so far.</param>
public sealed record JudgeResult(bool Final, RecoveryTimeline Timeline);

/// <summary>What quiet means here.</summary>
/// <param name="DrillId">The drill.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Since">Samples from here on count.</param>
/// <param name="For">How long nothing may move.</param>
/// <param name="Patience">How long this step may wait.</param>
public sealed record QuietRequest(string DrillId, string Target, DateTimeOffset Since, TimeSpan For, TimeSpan Patience);

/// <summary>Whether the pipeline has gone quiet.</summary>
/// <param name="Quiet">Nothing moves and nothing is left in the backlog.</param>
/// <param name="Moving">What still moves, for people; null: nothing.</param>
public sealed record QuietResult(bool Quiet, string? Moving)
{
    /// <summary>The drill is over: nobody asks any more.</summary>
    public bool Orphaned { get; init; }
}

/// <summary>What to compare.</summary>
/// <param name="DrillId">The drill.</param>
/// <param name="Target">The target's name.</param>
/// <param name="NotQuiet">Why what is missing may still be under way, so that it is undetermined and not lost; null: the pipeline is quiet.</param>
/// <param name="LateAfter">What arrives later than this after it was produced is deferred; null: not looked at.</param>
/// <param name="ToleratedLost">The recovery point objective.</param>
public sealed record ValidateRequest(string DrillId, string Target, string? NotQuiet, TimeSpan? LateAfter, long ToleratedLost);

/// <summary>That it was compared; the result is in the store.</summary>
/// <param name="NotObservable">Why it could not be; null: it was.</param>
public sealed record ValidateResult(string? NotObservable)
{
    /// <summary>There are more ids than one step may hold: it was not compared, and is to be in so many shares; null: it needs no shares.</summary>
    public int? Shares { get; init; }
}

/// <summary>What to compare of it.</summary>
/// <param name="Of">The whole.</param>
/// <param name="Slice">Which ids.</param>
public sealed record ShareRequest(ValidateRequest Of, IdSlice Slice);

/// <summary>That a share was compared; its tally and its ids are in the store.</summary>
/// <param name="NotObservable">Why it could not be; null: it was.</param>
public sealed record ShareResult(string? NotObservable);

/// <summary>What to put together.</summary>
/// <param name="Of">The whole.</param>
/// <param name="Shares">In how many shares it was compared.</param>
public sealed record MergeRequest(ValidateRequest Of, int Shares);
