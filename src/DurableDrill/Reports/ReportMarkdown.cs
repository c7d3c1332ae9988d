using System.Globalization;
using System.Text;
using DurableDrill.Faults;
using DurableDrill.Recovery;

namespace DurableDrill.Reports;

/// <summary>The report for people, in Markdown.</summary>
public static class ReportMarkdown
{
    /// <summary>The whole page.</summary>
    public static string Render(DrillReport report)
    {
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"# Drill {report.DrillType} on {report.Target}: {DrillJson.NameOf(report.Verdict)}").AppendLine();
        foreach (var reason in report.Reasons)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"- {reason}");
        }

        Table(page, "Figures", ["what", "value"], Figures(report));
        Table(page, "Recovery timeline", ["instant", "after the fault, s", "between, s"], Timeline(report.Recovery));
        Table(page, "Faults", ["fault", "component", "asked, s", "measured, s", "put right by", "ticket"], report.Faults.Select(fault => (string[])
            [$"{fault.Id} ({fault.Kind})", fault.Hit, Number(fault.AskedSeconds), Number(fault.MeasuredSeconds), fault.Healed is null ? fault.RevertedBy ?? "-" : FaultTicket.Watch, DrillJson.NameOf(fault.State)]));
        Table(page, "Drills", ["drill", "verdict", "downtime, s", "recovery, s", "lost", "duplicated"], report.Parts.Select(part => (string[])
            [part.DrillType, DrillJson.NameOf(part.Verdict), Number(part.DowntimeDurationSeconds), Number(part.RecoveryTimeSeconds), $"{part.Lost}", $"{part.Duplicated}"]));
        Lines(page, "Data integrity", report.DataIntegrityCheck.Details);
        Table(page, "Where events were lost", ["place", "during", "events", "ids"], (report.Integrity?.Losses ?? []).Select(loss => (string[])
            [DrillJson.NameOf(loss.Where), loss.Fault ?? "no fault", $"{loss.Count}", string.Join(", ", loss.Intervals.Take(5).Select(each => each.Count == 1 ? each.First : $"{each.First}..{each.Last}"))]));
        Table(page, "Largest gaps in what was read", ["signal", "seconds", "reason"], (report.Recovery?.Gaps ?? []).Select(gap => (string[])
            [gap.Signal, Number(gap.Seconds), gap.Reason]));
        Lines(page, "Notes", [.. report.Recovery?.Notes ?? [], .. report.Findings.Select(finding => $"{DrillJson.NameOf(finding.Severity)}: {finding.Path}: {finding.Message}")]);
        return page.ToString();
    }

    /// <summary>The figures that the hand-written scripts print, in their order: what, and its value with the unit.</summary>
    public static IEnumerable<string[]> Figures(DrillReport report)
    {
        yield return ["Start", report.StartedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)];
        yield return ["Total duration", $"{Number(report.TotalDurationSeconds)} s"];
        yield return ["Downtime", Seconds(report.DowntimeDurationSeconds)];
        yield return ["Recovery time", RecoveryText(report)];
        yield return ["Potentially lost orders", Number(report.PotentiallyLostOrders)];
        yield return ["Potential revenue loss", report.PotentialRevenueLossUsd is { } loss ? $"{loss:0.00} {report.Impact?.Currency}" : "-"];
        yield return ["Data integrity", report.DataIntegrityCheck.Status];
        yield return ["Throughput, baseline", $"{Number(report.Comparison?.Baseline.ThroughputPerSecond)} /s"];
        yield return ["Throughput, after recovery", $"{Number(report.Comparison?.AfterRecovery?.ThroughputPerSecond)} /s"];
        yield return ["Latency, baseline", Seconds(report.Comparison?.Baseline.LatencySeconds)];
        yield return ["Latency, after recovery", Seconds(report.Comparison?.AfterRecovery?.LatencySeconds)];
    }

    /// <summary>The recovery timeline: the instant, seconds after the first fault, and the interval in which it lies.</summary>
    public static IEnumerable<string[]> Timeline(RecoveryTimeline? recovery)
    {
        if (recovery is null)
        {
            return [];
        }

        (string Name, Instants? At)[] instants =
        [
            ("fault applied", recovery.Applied), ("first impact", recovery.FirstImpact), ("detected", recovery.Detected),
            ("reverted", recovery.Reverted), ("component up", recovery.ComponentUp), ("first output", recovery.FirstOutput),
            ("backlog drained", recovery.BacklogDrained), ("recovered", recovery.Recovered),
        ];
        var start = recovery.Applied.Middle();
        return instants.Select(each => (string[])(each.At is { } at
            ? [each.Name, Number((at.Middle() - start).TotalSeconds), $"{Number((at.Earliest - start).TotalSeconds)} to {Number((at.Latest - start).TotalSeconds)}"]
            : [each.Name, "not seen", ""]));
    }

    private static string RecoveryText(DrillReport report) => report.Recovery switch
    {
        { Outcome: RecoveryOutcome.Censored } censored => $"not within {Number(censored.CensoredAfterSeconds)} s",
        { Outcome: RecoveryOutcome.NoEffect } => "no effect seen",
        { RecoveryTime: { } time, SelfHealed: var healed } =>
            $"{Number(time.Seconds)} s ({Number(time.AtLeastSeconds)} to {Number(time.AtMostSeconds)}) after the {(healed ? "fault: it healed itself" : "revert")}",
        _ => "-",
    };

    private static void Table(StringBuilder page, string title, string[] header, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        page.AppendLine($"| {string.Join(" | ", header)} |").AppendLine($"|{string.Concat(header.Select(_ => "---|"))}");
        foreach (var row in all)
        {
            page.AppendLine($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|").ReplaceLineEndings(" ")))} |");
        }
    }

    private static void Lines(StringBuilder page, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        foreach (var line in lines)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"- {line}");
        }
    }

    private static string Seconds(double? value) => value is null ? "-" : $"{Number(value)} s";

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-";
}
