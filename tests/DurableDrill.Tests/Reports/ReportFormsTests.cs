using System.Xml.Linq;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Reports;
using DurableDrill.Targets;
using DurableDrill.Tests.Api;

namespace DurableDrill.Tests.Reports;

public sealed class ReportFormsTests
{
    private const string Nasty = "<script>alert('&')</script>\u0001|\n\"x\"";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Html_EscapesWhateverComesFromOutside()
    {
        var page = ReportHtml.Render(NastyReport());

        Assert.DoesNotContain("<script", page);
        Assert.Contains("&lt;script&gt;", page);
        Assert.DoesNotContain("http://", page);
        Assert.DoesNotContain("https://", page);
    }

    [Fact]
    public void Html_DrawsEachFaultAndInstant()
    {
        var report = Report(Verdict.Passed);
        report = report with
        {
            Faults = [Fault(TicketState.Closed)],
            Recovery = report.Recovery! with { FirstImpact = new(Start, Start.AddSeconds(1)), Recovered = new(Start.AddSeconds(9), Start.AddSeconds(10)) },
        };

        var page = ReportHtml.Render(report);

        Assert.Equal(3, page.Split("<rect").Length - 1);
        Assert.Contains(">10.0 s</text>", page);
    }

    [Fact]
    public void JUnit_OfAPassedDrill_HasAPassedCaseForEachRule() =>
        Assert.Equal("tests=4 failures=0 errors=0 skipped=0", CountsOf(Report(Verdict.Passed) with { Faults = [Fault(TicketState.Closed)] }));

    [Fact]
    public void JUnit_OfAFailedDrill_FailsTheRulesThatFailed() =>
        Assert.Equal("tests=3 failures=2 errors=0 skipped=0", CountsOf(new FakeHost().Finish("d1", Verdict.Failed, recovery: null) with { DataIntegrityCheck = new("failed", 10, ["lost: 3"]) }));

    [Fact]
    public void JUnit_OfWhatCouldNotBeObserved_SkipsIt() =>
        Assert.Equal("tests=3 failures=0 errors=0 skipped=2", CountsOf(Report(Verdict.Inconclusive) with { Recovery = null, DataIntegrityCheck = new("not_checked", null, []) }));

    [Fact]
    public void JUnit_OfADrillThatCouldNotBeCarriedOut_IsAnError() =>
        Assert.Equal("tests=4 failures=0 errors=2 skipped=0", CountsOf(Report(Verdict.Aborted) with { Faults = [Fault(TicketState.Applied)] }));

    [Fact]
    public void JUnit_OfASequence_HasACaseForEachDrill() => Assert.Equal(
        "tests=4 failures=1 errors=0 skipped=1",
        CountsOf(Report(Verdict.Failed) with { Parts = [Part(Verdict.Passed), Part(Verdict.Failed), Part(Verdict.Inconclusive)] }));

    [Fact]
    public void JUnit_OfNastyTexts_IsXml() => Assert.Contains("<script>", XDocument.Parse(ReportJUnit.Render(NastyReport())).Descendants("error").First().Attribute("message")!.Value);

    private static DrillReport NastyReport() => Report(Verdict.Errored) with
    {
        Target = Nasty,
        DrillType = Nasty,
        Reasons = [Nasty],
        Host = Nasty,
        Faults = [Fault(TicketState.Open) with { Id = Nasty, Component = Nasty, Note = Nasty }],
        DataIntegrityCheck = new("failed", null, [Nasty]),
        Findings = [new(Severity.Warning, Nasty, Nasty)],
    };

    private static string CountsOf(DrillReport report)
    {
        var suite = XDocument.Parse(ReportJUnit.Render(report)).Root!;
        Assert.Equal(suite.Attribute("tests")!.Value, $"{suite.Elements("testcase").Count()}");
        return string.Join(' ', new[] { "tests", "failures", "errors", "skipped" }.Select(name => $"{name}={suite.Attribute(name)!.Value}"));
    }

    private static DrillReport Report(Verdict verdict)
    {
        var report = new FakeHost().Finish("d1", verdict);
        return report with { Recovery = report.Recovery! with { TimeToRecover = new(3, 2, 4) } };
    }

    private static FaultRow Fault(TicketState state) =>
        new("kill-worker", "kill", "worker", 8, 8, new Instants(Start, Start), new Instants(Start.AddSeconds(8), Start.AddSeconds(8)), "workflow", state, null);

    private static PartRow Part(Verdict verdict) => new("d1-1-worker", "worker", verdict, 1, 1, 0, 0);
}
