using DurableDrill.Faults;
using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>
/// What happened to the pipeline, from the first fault to the start of the window in which every signal was back in its band and
/// stayed there. Every instant is an interval [last reading that said no, first reading that said yes]; null: it did not happen, or
/// was not seen.
/// </summary>
public sealed record RecoveryTimeline
{
    /// <summary>How it ended.</summary>
    public required RecoveryOutcome Outcome { get; init; }

    /// <summary>When the first fault was applied.</summary>
    public required Instants Applied { get; init; }

    /// <summary>When the last fault was reverted; null: not yet.</summary>
    public Instants? Reverted { get; init; }

    /// <summary>When the first signal left its band for longer than it ever did in the baseline.</summary>
    public Instants? FirstImpact { get; init; }

    /// <summary>When that was certain: the reading that told it apart from the baseline's own noise.</summary>
    public Instants? Detected { get; init; }

    /// <summary>When the last component that was seen down was seen up again. Running is not recovered.</summary>
    public Instants? ComponentUp { get; init; }

    /// <summary>When output had passed what was produced before it stopped; null also where output never stopped.</summary>
    public Instants? FirstOutput { get; init; }

    /// <summary>When the backlog, or where there is none produced less stored, was back in its band for good.</summary>
    public Instants? BacklogDrained { get; init; }

    /// <summary>The start of the stable window; null unless <see cref="Outcome"/> is <see cref="RecoveryOutcome.Recovered"/>.</summary>
    public Instants? Recovered { get; init; }

    /// <summary>Since when every signal has been in its band, though not yet for long enough; null once recovered, or while one is outside.</summary>
    public Instants? InBandSince { get; init; }

    /// <summary>The pipeline recovered while it was still injured: recovery is counted from the fault, not from the revert.</summary>
    public bool SelfHealed { get; init; }

    /// <summary>How long output stood below its band; zero where it never did.</summary>
    public Elapsed Downtime { get; init; }

    /// <summary>From the last revert (from the first fault where it healed itself) to the start of the stable window; null: censored or no effect.</summary>
    public Elapsed? RecoveryTime { get; init; }

    /// <summary>From the first fault to the start of the stable window; null: censored or no effect.</summary>
    public Elapsed? TimeToRecover { get; init; }

    /// <summary>How long after the last revert recovery was awaited in vain: "not within 120 s". Never to be read as a recovery time. Null unless censored.</summary>
    public double? CensoredAfterSeconds { get; init; }

    /// <summary>
    /// Nothing is left to wait for: recovered (or no effect seen), and since the last revert every signal has been in band for stableFor, or the
    /// time is up. The watch goes on until this is true.
    /// </summary>
    public bool Settled { get; init; }

    /// <summary>The disturbances, in order. A revert that disturbs a healthy pipeline makes one of its own.</summary>
    public IReadOnlyList<Episode> Episodes { get; init; } = [];

    /// <summary>One row for each fault.</summary>
    public IReadOnlyList<FaultRecovery> Faults { get; init; } = [];

    /// <summary>The largest gap of each signal in which it could not be read. A gap is not an outage.</summary>
    public IReadOnlyList<SignalGap> Gaps { get; init; } = [];

    /// <summary>What a reader must know to judge the numbers, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>How the watch for recovery ended.</summary>
public enum RecoveryOutcome
{
    /// <summary>Not known yet: still injured, out of band, or in band but not for long enough.</summary>
    Pending,

    /// <summary>Every signal came back into its band and was still there after stableFor.</summary>
    Recovered,

    /// <summary>No signal left its band: the fault touched nothing that can be seen. Not a fast recovery.</summary>
    NoEffect,

    /// <summary>Not recovered when the time was up. No recovery time exists.</summary>
    Censored,
}

/// <summary>One disturbance: signals out of their bands, with no stable window in between.</summary>
/// <param name="Cause">The last thing done to the pipeline before it began: "applied worker-1", "reverted worker-1".</param>
/// <param name="Began">When the first signal left its band.</param>
/// <param name="Detected">When that was certain.</param>
/// <param name="Ended">The start of the stable window after it; null: it did not end.</param>
/// <param name="Downtime">How long output stood below its band in it.</param>
/// <param name="Signals">The signals that left their bands, in order.</param>
public sealed record Episode(string Cause, Instants Began, Instants Detected, Instants? Ended, Elapsed Downtime, IReadOnlyList<string> Signals);

/// <summary>A fault as the rule of recovery sees it: what it was, and when, from its ticket.</summary>
/// <param name="Id">The planned fault's id.</param>
/// <param name="Applied">[before, after] the call that applied it.</param>
/// <param name="Reverted">[before, after] the call that reverted it; null: not yet.</param>
public sealed record FaultWindow(string Id, Instants Applied, Instants? Reverted);

/// <summary>What became of the pipeline after one fault of several.</summary>
/// <param name="Id">The planned fault's id.</param>
/// <param name="Applied">When it was applied.</param>
/// <param name="Reverted">When it was reverted; null: not yet.</param>
/// <param name="FirstImpact">When the first signal left its band after it; null: the pipeline was disturbed already, or nothing was seen.</param>
/// <param name="Recovered">The start of the stable window after it; null: the next fault came first, or it was not seen.</param>
/// <param name="RecoveryTime">From its revert (from the fault where the pipeline healed itself) to recovered.</param>
/// <param name="TimeToRecover">From the fault to recovered.</param>
/// <param name="Note">Why a figure is missing: "no effect seen", "not before the next fault".</param>
public sealed record FaultRecovery(
    string Id,
    Instants Applied,
    Instants? Reverted,
    Instants? FirstImpact,
    Instants? Recovered,
    Elapsed? RecoveryTime,
    Elapsed? TimeToRecover,
    string? Note);
