using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Recovery;

namespace DurableDrill.Reports;

/// <summary>
/// From what a drill learned to its verdict. What could not be carried out says nothing of the pipeline; what failed outweighs what could not be
/// seen; what could not be seen is never a pass.
/// </summary>
public static class VerdictRules
{
    /// <summary>The verdict and its reasons, one line each; at least one.</summary>
    /// <param name="record">What the workflow learned.</param>
    /// <param name="integrity">What became of every event; null: not compared.</param>
    /// <param name="tickets">The drill's tickets; null: none.</param>
    public static (Verdict Verdict, IReadOnlyList<string> Reasons) Judge(
        DrillRecord record, IntegrityResult? integrity, IReadOnlyList<FaultTicket>? tickets = null)
    {
        if (record.Error is { } error)
        {
            return (Verdict.Errored, error.Split('\n'));
        }

        if (record.Aborted is { } aborted)
        {
            return (Verdict.Aborted, [aborted]);
        }

        if (record.Request.Parts.Count > 0)
        {
            return OfParts(record);
        }

        var failures = new List<string>();
        var unseen = new List<string>();
        var passes = new List<string>();
        JudgeRecovery(record, failures, unseen, passes);
        JudgeHealing(record, tickets ?? [], failures);
        JudgeIntegrity(record, integrity, failures, unseen, passes);
        return failures.Count > 0 ? (Verdict.Failed, [.. failures, .. unseen])
            : unseen.Count > 0 ? (Verdict.Inconclusive, unseen)
            : (Verdict.Passed, passes);
    }

    private static (Verdict Verdict, IReadOnlyList<string> Reasons) OfParts(DrillRecord record)
    {
        var reasons = record.Parts.Select(part => $"{part.DrillId}: {DrillJson.NameOf(part.Verdict)}").ToList();
        Verdict[] worstFirst = [Verdict.Errored, Verdict.Aborted, Verdict.Failed, Verdict.Inconclusive];
        return (worstFirst.FirstOrDefault(verdict => record.Parts.Any(part => part.Verdict == verdict), Verdict.Passed), reasons);
    }

    /// <summary>What to look at: a component that is healthy again is no help here.</summary>
    private static string Missing(RecoveryTimeline recovery) =>
        recovery.InBandSince is not null ? ": every signal is in its band, but not for long enough"
        : recovery.Episodes is [.., { Ended: null, Signals: { Count: > 0 } signals }] ? $": not all came back into their bands of {string.Join(", ", signals)}"
        : "";

    private static void JudgeRecovery(DrillRecord record, List<string> failures, List<string> unseen, List<string> passes)
    {
        var recovery = record.Recovery;
        var limit = record.Request.Plan.Objectives.Rto;
        switch (recovery?.Outcome)
        {
            case RecoveryOutcome.Censored:
                failures.Add($"not recovered within {recovery.CensoredAfterSeconds:0} s of the last revert{Missing(recovery)}");
                break;
            case RecoveryOutcome.Recovered when recovery.TimeToRecover?.Seconds > limit?.TotalSeconds:
                failures.Add($"recovered {recovery.TimeToRecover.Value.Seconds:0.0} s after the fault; the objective is {limit.Value.TotalSeconds:0.###} s");
                break;
            case RecoveryOutcome.Recovered:
                passes.Add($"recovered {recovery.TimeToRecover?.Seconds:0.0} s after the fault");
                break;
            case RecoveryOutcome.NoEffect:
                passes.Add("no effect seen: no signal left its band, so nothing can be said about recovery");
                break;
            default:
                unseen.Add("recovery could not be judged: there are too few readings");
                break;
        }
    }

    /// <summary>What was left to the watch and had to be reverted all the same, the watch has not healed.</summary>
    private static void JudgeHealing(DrillRecord record, IReadOnlyList<FaultTicket> tickets, List<string> failures)
    {
        foreach (var fault in record.Request.Plan.Faults.Where(_ => record.Request.Plan.HealedBy is not null))
        {
            var id = DrillTickets.IdOf(record.Request.DrillId, fault.Id);
            var ticket = tickets.FirstOrDefault(each => each.Id == id);
            if (ticket?.Healed is null)
            {
                failures.Add($"{fault.Id}: the {record.Request.Plan.HealedBy} did not heal {(ticket?.Fault ?? fault.Fault).Component} within {fault.For.TotalSeconds:0.###} s, and the drill reverted it");
            }
        }
    }

    private static void JudgeIntegrity(
        DrillRecord record, IntegrityResult? integrity, List<string> failures, List<string> unseen, List<string> passes)
    {
        if (integrity?.Status == IntegrityStatus.Failed)
        {
            failures.AddRange(integrity.Reasons);
        }
        else if (record.NotValidated is { } reason)
        {
            unseen.Add($"integrity: {reason}");
        }
        else if (integrity is null)
        {
            unseen.Add("integrity was not checked");
        }
        else if (integrity.Status == IntegrityStatus.Inconclusive)
        {
            unseen.AddRange(integrity.Reasons);
        }
        else
        {
            passes.Add($"every one of {integrity.Expected} events is accounted for");
            // Judged from where it can be seen on; what lies before is neither zero nor a pass.
            passes.AddRange(integrity.NotObservable.Select(what => $"not observable: {what}"));
        }
    }
}
