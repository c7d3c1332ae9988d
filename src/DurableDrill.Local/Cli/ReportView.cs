using System.Globalization;
using DurableDrill.Drills;
using DurableDrill.Impact;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>A report on the screen: what the hand-written scripts printed, in their order, then the recovery timeline.</summary>
internal static class ReportView
{
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <summary>Prints the report.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="report">What.</param>
    /// <param name="path">Where the whole of it is, for people.</param>
    public static void Write(IAnsiConsole console, DrillReport report, string path)
    {
        Head(console, report);
        if (report.Parts.Count > 0)
        {
            Parts(console, report);
            Integrity(console, report.DataIntegrityCheck);
        }
        else
        {
            Recovery(console, report);
            Impact(console, report.Impact);
            Integrity(console, report.DataIntegrityCheck);
            Comparison(console, report.Comparison);
            TimelineView.Write(console, report);
        }

        foreach (var finding in report.Findings.Where(finding => finding.Severity == Severity.Warning))
        {
            console.WriteLine($"  warning: {CliException.Describe(finding)}");
        }

        console.WriteLine();
        console.WriteLine($"Report: {path}");
    }

    /// <summary>A headline.</summary>
    public static void Title(IAnsiConsole console, string title)
    {
        console.WriteLine();
        console.Write(new Text(title + "\n", Bold));
    }

    /// <summary>One named figure.</summary>
    public static void Line(IAnsiConsole console, string name, string value) => console.WriteLine($"  {name + ":",-28}{value}");

    /// <summary>A verdict in its colour.</summary>
    public static Text Word(Verdict verdict) => new(DrillJson.NameOf(verdict).ToUpperInvariant(), new Style(verdict switch
    {
        Verdict.Passed => Color.Green,
        Verdict.Failed => Color.Red,
        _ => Color.Yellow,
    }));

    private static void Head(IAnsiConsole console, DrillReport report)
    {
        Title(console, $"Drill {report.DrillId}");
        Line(console, "Drill type", report.DrillType);
        Line(console, "Target", report.Target);
        Line(console, "Start time", report.StartedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        Line(console, "Total duration", Seconds(report.TotalDurationSeconds));
        console.Write($"  {"Verdict:",-28}");
        console.Write(Word(report.Verdict));
        console.WriteLine();
        foreach (var reason in report.Reasons)
        {
            console.WriteLine($"    - {reason}");
        }
    }

    private static void Recovery(IAnsiConsole console, DrillReport report)
    {
        Title(console, "Recovery");
        if (report.Recovery is not { } recovery)
        {
            console.WriteLine("  not measured: the drill did not get that far");
            return;
        }

        Line(console, "Downtime", Length(recovery.Downtime));
        if (recovery.Outcome == RecoveryOutcome.Censored)
        {
            Line(console, "Recovery time", $"not within {Seconds(recovery.CensoredAfterSeconds)} of the last revert");
        }
        else
        {
            Line(console, recovery.SelfHealed ? "Recovery time (by itself)" : "Recovery time", Length(recovery.RecoveryTime));
            Line(console, "Time to recover", Length(recovery.TimeToRecover));
        }
    }

    private static void Impact(IAnsiConsole console, BusinessImpact? impact)
    {
        if (impact is null)
        {
            return;
        }

        Title(console, "Business impact");
        Line(console, "Potentially lost orders", Count(impact.PotentiallyLostOrders));
        Line(console, "Potential revenue loss", Money(impact.PotentialRevenueLossUsd, impact.Currency));
        Line(console, "Lost orders", Of(impact.LostOrders, impact.LostRevenue, impact.Currency));
        Line(console, "In doubt", Of(impact.InDoubtOrders, impact.InDoubtRevenue, impact.Currency));
        Line(console, "Late, not lost", Of(impact.DeferredOrders, impact.DeferredRevenue, impact.Currency));
    }

    private static void Integrity(IAnsiConsole console, DataIntegrityCheck check)
    {
        Title(console, $"Data integrity: {check.Status}");
        if (check.MessagesInTopic is { } messages)
        {
            Line(console, "Messages in topic", Count(messages));
        }

        foreach (var detail in check.Details)
        {
            console.WriteLine($"  {detail}");
        }
    }

    private static void Comparison(IAnsiConsole console, BeforeAndAfter? comparison)
    {
        if (comparison is null)
        {
            return;
        }

        Title(console, "Comparison");
        var (before, after) = (comparison.Baseline, comparison.AfterRecovery);
        console.WriteLine($"  {"",-28}{"baseline",-16}after recovery");
        console.WriteLine($"  {"Throughput:",-28}{Rate(before.ThroughputPerSecond),-16}{Rate(after?.ThroughputPerSecond)}");
        console.WriteLine($"  {"Latency (median):",-28}{Seconds(before.LatencySeconds, "0.000"),-16}{Seconds(after?.LatencySeconds, "0.000")}");
    }

    private static void Parts(IAnsiConsole console, DrillReport report)
    {
        Title(console, "Drills");
        console.WriteLine($"  {"",-28}{"verdict",-14}{"downtime",-12}{"recovery",-12}{"lost",-8}doubled");
        foreach (var part in report.Parts)
        {
            console.WriteLine($"  {part.DrillType,-28}{DrillJson.NameOf(part.Verdict),-14}{Seconds(part.DowntimeDurationSeconds),-12}"
                + $"{Seconds(part.RecoveryTimeSeconds),-12}{Count(part.Lost),-8}{Count(part.Duplicated)}");
        }
    }

    private static string Length(Elapsed? elapsed) => elapsed is { } known
        ? $"{Seconds(known.Seconds)}  ({known.AtLeastSeconds:0.0} to {known.AtMostSeconds:0.0})"
        : "none";

    private static string Seconds(double? seconds, string format = "0.0") =>
        seconds is { } known ? known.ToString(format, CultureInfo.InvariantCulture) + " s" : "not measured";

    private static string Rate(double? perSecond) =>
        perSecond is { } known ? known.ToString("0.0", CultureInfo.InvariantCulture) + "/s" : "not measured";

    private static string Count(long? count) => count is { } known ? known.ToString("#,0", CultureInfo.InvariantCulture) : "not observable";

    private static string Money(double? amount, string currency) => amount?.ToString("#,0.00", CultureInfo.InvariantCulture) + " " + currency;

    private static string Of(long? orders, double? revenue, string currency) =>
        orders is null ? Count(null) : $"{Count(orders)}  ({Money(revenue, currency)})";
}
