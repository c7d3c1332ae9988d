using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Impact;
using DurableDrill.Integrity;
using DurableDrill.Plans;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Reports;

/// <summary>What the stores hold of a drill when its report is made.</summary>
public sealed record DrillEvidence
{
    /// <summary>Every sample, in any order.</summary>
    public IReadOnlyList<Sample> Samples { get; init; } = [];

    /// <summary>Every ticket.</summary>
    public IReadOnlyList<FaultTicket> Tickets { get; init; } = [];

    /// <summary>What became of every event; null: not compared.</summary>
    public IntegrityResult? Integrity { get; init; }

    /// <summary>What an event is worth.</summary>
    public ImpactDefinition Value { get; init; } = new();

    /// <summary>The servers' clocks.</summary>
    public IReadOnlyDictionary<string, ClockOffset> Clocks { get; init; } = new Dictionary<string, ClockOffset>();

    /// <summary>What engines did of their own accord since the first fault, a sentence each.</summary>
    public IReadOnlyList<string> Journal { get; init; } = [];

    /// <summary>The reports of a sequence's drills, in order.</summary>
    public IReadOnlyList<DrillReport> Parts { get; init; } = [];
}

/// <summary>Makes the report from what the workflow learned and what the stores hold. The same input gives the same bytes.</summary>
public static class ReportBuilder
{
    private const string NotChecked = "not_checked";

    /// <summary>The report of a drill that is over.</summary>
    public static DrillReport Build(DrillRecord record, DrillEvidence evidence)
    {
        var (verdict, reasons) = VerdictRules.Judge(record, evidence.Integrity, evidence.Tickets);
        var ended = record.EndedAt ?? record.StartedAt;
        var impact = ImpactOf(record, evidence);
        return new()
        {
            DrillId = record.Request.DrillId,
            DrillType = record.Request.Plan.Name,
            Target = record.Request.Target,
            Host = record.Request.Host,
            Verdict = verdict,
            Reasons = reasons,
            StartedAt = record.StartedAt,
            EndedAt = ended,
            TotalDurationSeconds = Math.Round((ended - record.StartedAt).TotalSeconds, 3),
            DowntimeDurationSeconds = record.Recovery?.Downtime.Seconds,
            RecoveryTimeSeconds = record.Recovery?.RecoveryTime?.Seconds,
            TimeToRecoverSeconds = record.Recovery?.TimeToRecover?.Seconds,
            PotentiallyLostOrders = impact?.PotentiallyLostOrders,
            PotentialRevenueLossUsd = impact?.PotentialRevenueLossUsd,
            DataIntegrityCheck = evidence.Parts.Count > 0 ? CheckOf(evidence.Parts)
                : evidence.Integrity is { } integrity ? CheckOf(integrity)
                : new(NotChecked, null, [record.NotValidated ?? "the drill did not get that far"]),
            Comparison = ComparisonOf(record, evidence.Samples),
            Recovery = record.Recovery is { } recovery ? recovery with { Notes = [.. recovery.Notes, .. evidence.Journal] } : null,
            Faults = [.. record.Request.Plan.Faults.Select(fault => RowOf(fault, record, evidence.Tickets))],
            Integrity = evidence.Integrity,
            Impact = impact,
            Baseline = record.Baseline,
            Clocks = evidence.Clocks,
            Findings = record.Findings,
            Parts = [.. evidence.Parts.Select(RowOf)],
            Plan = record.Request.Plan,
        };
    }

    private static BusinessImpact? ImpactOf(DrillRecord record, DrillEvidence evidence)
    {
        if (record.Recovery is not { } recovery || record.Baseline?.Of(CanonicalSignals.Stored) is not { } stored)
        {
            return null;
        }

        var integrity = evidence.Integrity;
        return BusinessImpact.Of(
            Math.Max(0, stored.P50), recovery.Downtime.Seconds, evidence.Value.ValuePerEvent, evidence.Value.Currency,
            integrity?.CountOf(IdClass.Deferred), integrity?.CountOf(IdClass.Lost), integrity?.CountOf(IdClass.Undetermined));
    }

    /// <summary>Integrity as the hand-written scripts report it.</summary>
    internal static DataIntegrityCheck CheckOf(IntegrityResult integrity)
    {
        var counts = Enum.GetValues<IdClass>()
            .Where(each => integrity.CountOf(each) is > 0)
            .Select(each => $"{DrillJson.NameOf(each)}: {integrity.CountOf(each)}");
        return new(
            DrillJson.NameOf(integrity.Status),
            integrity.MessagesInTopic,
            [$"expected: {integrity.Expected}", .. counts, .. integrity.Reasons, .. integrity.NotObservable.Select(what => $"not observable: {what}")]);
    }

    /// <summary>That of a sequence: the worst of its drills' checks, what each says on a line, and the topic as the last one read it.</summary>
    private static DataIntegrityCheck CheckOf(IReadOnlyList<DrillReport> parts)
    {
        string[] worstFirst = [DrillJson.NameOf(IntegrityStatus.Failed), DrillJson.NameOf(IntegrityStatus.Inconclusive), NotChecked, DrillJson.NameOf(IntegrityStatus.Passed)];
        return new(
            worstFirst.First(status => parts.Any(part => part.DataIntegrityCheck.Status == status)),
            parts[^1].DataIntegrityCheck.MessagesInTopic,
            [.. parts.Select(part => $"{part.DrillType}: {part.DataIntegrityCheck.Status}: {string.Join("; ", part.DataIntegrityCheck.Details)}")]);
    }

    private static BeforeAndAfter? ComparisonOf(DrillRecord record, IReadOnlyList<Sample> samples)
    {
        if (record.Baseline is not { } baseline)
        {
            return null;
        }

        var before = new Performance(baseline.Of(CanonicalSignals.Stored)?.P50, baseline.Of(CanonicalSignals.Latency)?.P50);
        return record.Recovery?.Recovered is { } recovered && record.JudgedAt is { } judged
            ? new(before, PerformanceWindow.Over(samples, recovered.Latest, judged))
            : new(before, null);
    }

    private static FaultRow RowOf(PlannedFault fault, DrillRecord record, IReadOnlyList<FaultTicket> tickets)
    {
        var ticket = tickets.FirstOrDefault(each => each.Id == DrillTickets.IdOf(record.Request.DrillId, fault.Id));
        double? measured = ticket is { Applied: { } applied } && (ticket.Healed ?? ticket.Reverted) is { } over
            ? Math.Round((over.Latest - applied.Earliest).TotalSeconds, 3)
            : null;
        return new(
            fault.Id, fault.Fault.Kind, (ticket?.Fault ?? fault.Fault).Component, fault.For.TotalSeconds, measured,
            ticket?.Applied, ticket?.Reverted, ticket?.RevertedBy, ticket?.State ?? TicketState.Closed,
            ticket is null ? "no ticket was written: it was not applied" : ticket.Note)
        {
            Healed = ticket?.Healed,
            Role = ticket?.Role,
        };
    }

    private static PartRow RowOf(DrillReport part) => new(
        part.DrillId, part.DrillType, part.Verdict, part.DowntimeDurationSeconds, part.RecoveryTimeSeconds,
        part.Integrity?.CountOf(IdClass.Lost), part.Integrity?.CountOf(IdClass.Duplicated));
}
