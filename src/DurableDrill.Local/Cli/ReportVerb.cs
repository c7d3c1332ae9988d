using System.CommandLine;
using DurableDrill.Api;
using DurableDrill.Reports;

namespace DurableDrill.Local.Cli;

/// <summary>Shows the report of a drill that is over; exits as the drill did.</summary>
internal sealed class ReportVerb : Verb
{
    private readonly Argument<string?> drill = CommonOptions.DrillId();
    private readonly Option<string?> format = new("--format") { Description = "Print it as html, junit or markdown (--json: as JSON)" };

    public ReportVerb()
        : base("report", "Show the report of a drill that is over; exits as the drill did")
    {
        Add(drill);
        Add(format);
        format.AcceptOnlyFromAmong("html", "junit", "markdown");
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var view = await DrillChoice.FindAsync(session.Client, session.Arguments.GetValue(drill), cancellation);
        if (view.Outcome is null)
        {
            throw new CliException($"{view.DrillId} is not over: {StatusVerb.Describe(view)}");
        }

        return session.Arguments.GetValue(format) is { } form && !session.Screen.Json
            ? await PrintAsync(session, view, form, cancellation)
            : await DrillRun.ShowAsync(session, view);
    }

    private static async Task<ExitCode> PrintAsync(Session session, DrillView view, string form, CancellationToken cancellation)
    {
        var report = await session.Client.ReadReportAsync(view.DrillId, cancellation)
            ?? throw new CliException($"{view.DrillId} ended without a report");
        await Console.Out.WriteAsync(form switch
        {
            "html" => ReportHtml.Render(report),
            "junit" => ReportJUnit.Render(report),
            _ => ReportMarkdown.Render(report),
        });
        return DrillRun.CodeOf(report.Verdict);
    }
}
