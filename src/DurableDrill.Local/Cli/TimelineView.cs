using System.Globalization;
using DurableDrill.Faults;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>The recovery timeline on the screen, in seconds after the first fault; each instant is the interval in which it lies.</summary>
internal static class TimelineView
{
    public static void Write(IAnsiConsole console, DrillReport report)
    {
        if (report.Recovery is { } recovery)
        {
            Write(console, recovery, Acts(report));
        }
    }

    public static void Write(IAnsiConsole console, RecoveryTimeline recovery) => Write(
        console,
        recovery,
        recovery.Reverted is { } reverted ? [("first fault applied", recovery.Applied), ("last fault reverted", reverted)] : [("first fault applied", recovery.Applied)]);

    private static void Write(IAnsiConsole console, RecoveryTimeline recovery, IEnumerable<(string What, Instants When)> acts)
    {
        ReportView.Title(console, "Recovery timeline (seconds after the fault)");
        var zero = recovery.Applied.Middle();
        foreach (var (what, when) in acts.Concat(Seen(recovery)).OrderBy(row => row.When.Middle()))
        {
            console.WriteLine($"  {Span(when, zero),-20}{what}");
        }

        foreach (var gap in recovery.Gaps)
        {
            console.WriteLine($"  largest gap in {gap.Signal}: {gap.Seconds:0.0} s ({gap.Reason})");
        }

        foreach (var note in recovery.Notes)
        {
            console.WriteLine($"  note: {note}");
        }
    }

    private static IEnumerable<(string What, Instants When)> Acts(DrillReport report)
    {
        foreach (var fault in report.Faults)
        {
            var name = $"{fault.Kind} {fault.Hit}";
            if (fault.Applied is { } applied)
            {
                yield return ($"{name}: applied, to be held {fault.AskedSeconds:0.#} s", applied);
            }

            if (fault.Reverted is { } reverted)
            {
                yield return ($"{name}: reverted{(fault.RevertedBy is "workflow" or null ? "" : $" by {fault.RevertedBy}")}", reverted);
            }
        }
    }

    private static IEnumerable<(string What, Instants When)> Seen(RecoveryTimeline recovery)
    {
        (string What, Instants? When)[] seen =
        [
            ("first impact", recovery.FirstImpact),
            ("detected", recovery.Detected),
            ("component up", recovery.ComponentUp),
            ("first output", recovery.FirstOutput),
            ("backlog drained", recovery.BacklogDrained),
            ("recovered: every signal in its band, and it stayed there", recovery.Recovered),
        ];
        foreach (var (what, when) in seen)
        {
            if (when is { } known)
            {
                yield return (what, known);
            }
        }
    }

    private static string Span(Instants when, DateTimeOffset zero)
    {
        var (from, to) = (Number(when.Earliest - zero), Number(when.Latest - zero));
        return from == to ? from : $"{from} to {to}";
    }

    private static string Number(TimeSpan time) => time.TotalSeconds.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}
