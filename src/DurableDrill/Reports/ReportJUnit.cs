using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Recovery;

namespace DurableDrill.Reports;

/// <summary>
/// The report for build servers, as JUnit XML: one suite, and a test case for each rule of the verdict. What could not be observed is skipped,
/// never passed; a drill that could not be carried out is an error, not a failure of the pipeline.
/// </summary>
public static class ReportJUnit
{
    private enum Result
    {
        Passed,
        Failed,
        Errored,
        Skipped,
    }

    /// <summary>The whole document.</summary>
    public static string Render(DrillReport report)
    {
        var rules = report.Parts.Count > 0 ? [CarriedOut(report), .. report.Parts.Select(Part)] : RulesOf(report).ToList();
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", Clean($"{report.DrillType} on {report.Target}")),
            new XAttribute("tests", rules.Count),
            new XAttribute("failures", rules.Count(rule => rule.Result == Result.Failed)),
            new XAttribute("errors", rules.Count(rule => rule.Result == Result.Errored)),
            new XAttribute("skipped", rules.Count(rule => rule.Result == Result.Skipped)),
            new XAttribute("time", Seconds(report.TotalDurationSeconds)),
            new XAttribute("timestamp", report.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)),
            new XAttribute("hostname", Clean(report.Host)),
            new XElement("properties", Property("drill_id", report.DrillId), Property("verdict", DrillJson.NameOf(report.Verdict))),
            rules.Select(rule => CaseOf(report, rule)));
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{suite}\n";
    }

    private static IEnumerable<Rule> RulesOf(DrillReport report)
    {
        yield return CarriedOut(report);
        foreach (var fault in report.Faults)
        {
            var name = $"the fault {fault.Id} is put right";
            yield return fault.State is TicketState.Reverted or TicketState.Closed
                ? new(name, Result.Passed, fault.Note ?? "")
                : new(name, Result.Errored, $"its ticket is {DrillJson.NameOf(fault.State)}");
        }

        yield return Recovers(report);
        yield return Keeps(report);
    }

    private static Rule CarriedOut(DrillReport report) => new(
        "the drill is carried out",
        report.Verdict is Verdict.Errored or Verdict.Aborted ? Result.Errored : Result.Passed,
        report.Verdict is Verdict.Errored or Verdict.Aborted ? $"{DrillJson.NameOf(report.Verdict)}: {string.Join("; ", report.Reasons)}" : "");

    private static Rule Recovers(DrillReport report)
    {
        const string name = "the pipeline recovers";
        var objective = report.Plan.Objectives.Rto?.TotalSeconds;
        return report.Recovery switch
        {
            { Outcome: RecoveryOutcome.Censored } late => new(name, Result.Failed, $"not within {Seconds(late.CensoredAfterSeconds ?? 0)} s of the last revert"),
            { Outcome: RecoveryOutcome.Recovered, TimeToRecover: { } time } when time.Seconds > objective =>
                new(name, Result.Failed, $"{Seconds(time.Seconds)} s after the fault; the objective is {Seconds(objective.Value)} s"),
            { Outcome: RecoveryOutcome.Recovered, TimeToRecover: { } time } => new(name, Result.Passed, $"{Seconds(time.Seconds)} s after the fault"),
            { Outcome: RecoveryOutcome.NoEffect } => new(name, Result.Passed, "no effect seen: nothing can be said about recovery"),
            _ => new(name, Result.Skipped, "recovery could not be judged"),
        };
    }

    private static Rule Keeps(DrillReport report)
    {
        var check = report.DataIntegrityCheck;
        var result = check.Status switch { "passed" => Result.Passed, "failed" => Result.Failed, _ => Result.Skipped };
        return new("every event is accounted for", result, string.Join("\n", check.Details));
    }

    private static Rule Part(PartRow part) => new(part.DrillType, part.Verdict switch
    {
        Verdict.Passed => Result.Passed,
        Verdict.Failed => Result.Failed,
        Verdict.Inconclusive => Result.Skipped,
        _ => Result.Errored,
    }, $"{part.DrillId}: {DrillJson.NameOf(part.Verdict)}");

    private static XElement CaseOf(DrillReport report, Rule rule)
    {
        var (element, detail) = (new XElement("testcase", new XAttribute("classname", Clean($"{report.Target}.{report.DrillType}")), new XAttribute("name", Clean(rule.Name))), Clean(rule.Detail));
        element.Add(rule.Result switch
        {
            Result.Failed => new XElement("failure", new XAttribute("message", detail)),
            Result.Errored => new XElement("error", new XAttribute("message", detail)),
            Result.Skipped => new XElement("skipped", new XAttribute("message", detail)),
            _ => detail.Length > 0 ? new XElement("system-out", detail) : null,
        });
        return element;
    }

    private static XElement Property(string name, string value) => new("property", new XAttribute("name", name), new XAttribute("value", Clean(value)));

    /// <summary>XML cannot hold every character that an error message may.</summary>
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD"));

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record Rule(string Name, Result Result, string Detail);
}
