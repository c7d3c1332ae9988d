using System.Globalization;
using System.Net;
using System.Text;
using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Recovery;

namespace DurableDrill.Reports;

/// <summary>The report for a browser: one page that needs nothing beside itself. Whatever comes from outside is escaped.</summary>
public static class ReportHtml
{
    private const string Style = """
        :root{color-scheme:light dark;--good:#1a7f37;--bad:#cf222e;--other:#9a6700;--line:#8884}
        body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
        .verdict{color:#fff;padding:.1rem .6rem;border-radius:.4rem;background:var(--other)}
        .passed{background:var(--good)}.failed{background:var(--bad)}
        table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:currentColor}
        """;

    /// <summary>The whole page.</summary>
    public static string Render(DrillReport report)
    {
        var page = new StringBuilder();
        var title = $"Drill {report.DrillType} on {report.Target}";
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Escape(title)}</title><style>{Style}</style></head><body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Escape(title)} <span class=\"verdict {DrillJson.NameOf(report.Verdict)}\">{DrillJson.NameOf(report.Verdict)}</span></h1>\n");
        List(page, null, report.Reasons);
        Table(page, "Figures", null, [["Drill", report.DrillId], .. ReportMarkdown.Figures(report)]);
        if (report.Recovery is { } recovery)
        {
            page.Append("<h2>Recovery timeline</h2>\n").Append(TimelineSvg.Render(report, recovery));
            Table(page, null, ["instant", "after the fault, s", "between, s"], ReportMarkdown.Timeline(recovery));
        }

        Table(page, "Faults", ["fault", "component", "asked, s", "measured, s", "reverted by", "ticket"], report.Faults.Select(fault => (string[])
            [$"{fault.Id} ({fault.Kind})", fault.Hit, Number(fault.AskedSeconds), Number(fault.MeasuredSeconds), fault.RevertedBy ?? "-", DrillJson.NameOf(fault.State)]));
        Table(page, "Drills", ["drill", "verdict", "downtime, s", "recovery, s", "lost", "duplicated"], report.Parts.Select(part => (string[])
            [part.DrillType, DrillJson.NameOf(part.Verdict), Number(part.DowntimeDurationSeconds), Number(part.RecoveryTimeSeconds), $"{part.Lost}", $"{part.Duplicated}"]));
        List(page, $"Data integrity: {report.DataIntegrityCheck.Status}", report.DataIntegrityCheck.Details);
        Table(page, "Where events were lost", ["place", "during", "events", "ids"], (report.Integrity?.Losses ?? []).Select(loss => (string[])
            [DrillJson.NameOf(loss.Where), loss.Fault ?? "no fault", $"{loss.Count}", Ids(loss.Intervals)]));
        Table(page, "Largest gaps in what was read", ["signal", "seconds", "reason"], (report.Recovery?.Gaps ?? []).Select(gap => (string[])
            [gap.Signal, Number(gap.Seconds), gap.Reason]));
        List(page, "Notes", [.. report.Recovery?.Notes ?? [], .. report.Findings.Select(finding => $"{DrillJson.NameOf(finding.Severity)}: {finding.Path}: {finding.Message}")]);
        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>A text as HTML shows it.</summary>
    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Table(StringBuilder page, string? title, string[]? header, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        Heading(page, title);
        page.Append("<table>");
        if (header is not null)
        {
            page.Append("<tr>").AppendJoin("", header.Select(cell => $"<th>{Escape(cell)}</th>")).Append("</tr>\n");
        }

        foreach (var row in all)
        {
            page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Escape(cell)}</td>")).Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void List(StringBuilder page, string? title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            Heading(page, title);
            page.Append("<ul>").AppendJoin("", lines.Select(line => $"<li>{Escape(line)}</li>")).Append("</ul>\n");
        }
    }

    private static void Heading(StringBuilder page, string? title)
    {
        if (title is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Escape(title)}</h2>\n");
        }
    }

    private static string Ids(IEnumerable<IdInterval> intervals) =>
        string.Join(", ", intervals.Take(5).Select(each => each.Count == 1 ? each.First : $"{each.First}..{each.Last}"));

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>The recovery timeline as a drawing: faults as bars, instants as marks; each is as wide as what is not known of it.</summary>
internal static class TimelineSvg
{
    private const int Width = 900;
    private const int Left = 190;
    private const int Row = 22;

    public static string Render(DrillReport report, RecoveryTimeline recovery)
    {
        var zero = recovery.Applied.Middle();
        double At(DateTimeOffset instant) => (instant - zero).TotalSeconds;
        var bars = report.Faults.Where(fault => fault.Applied is not null)
            .Select(fault => ($"{fault.Kind} {fault.Hit}", At(fault.Applied!.Value.Earliest), At((fault.Reverted ?? fault.Applied).Value.Latest), "#cf222e")).ToList();
        (string Name, Instants? When)[] instants =
        [
            ("first impact", recovery.FirstImpact), ("detected", recovery.Detected), ("component up", recovery.ComponentUp),
            ("first output", recovery.FirstOutput), ("backlog drained", recovery.BacklogDrained), ("recovered", recovery.Recovered),
        ];
        bars.AddRange(instants.Where(each => each.When is not null)
            .Select(each => (each.Name, At(each.When!.Value.Earliest), At(each.When.Value.Latest), each.Name == "recovered" ? "#1a7f37" : "#0969da")));
        var from = bars.Select(bar => bar.Item2).Append(0).Min();
        var to = Math.Max(bars.Select(bar => bar.Item3).Append(0).Max(), from + 1);
        double X(double seconds) => Left + ((seconds - from) / (to - from) * (Width - Left - 60));
        var drawing = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {(bars.Count + 1) * Row}\" role=\"img\" aria-label=\"recovery timeline\">"));
        foreach (var ((name, start, end, colour), index) in bars.Select((bar, index) => (bar, index)))
        {
            var y = (index * Row) + 4;
            drawing.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{y + 12}\">{ReportHtml.Escape(name)}</text>");
            drawing.Append(CultureInfo.InvariantCulture, $"<rect x=\"{X(start):0.#}\" y=\"{y}\" width=\"{Math.Max(3, X(end) - X(start)):0.#}\" height=\"14\" rx=\"2\" fill=\"{colour}\"/>");
            drawing.Append(CultureInfo.InvariantCulture, $"<text x=\"{Math.Max(X(start) + 3, X(end)) + 4:0.#}\" y=\"{y + 12}\">{end:0.0} s</text>");
        }

        return drawing.Append("</svg>\n").ToString();
    }
}
