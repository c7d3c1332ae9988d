using System.CommandLine;

namespace DurableDrill.Local.Cli;

/// <summary>Shows the report of a drill that is over; exits as the drill did.</summary>
internal sealed class ReportVerb : Verb
{
    private readonly Argument<string?> drill = CommonOptions.DrillId();

    public ReportVerb()
        : base("report", "Show the report of a drill that is over; exits as the drill did")
    {
        Add(drill);
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var view = await DrillChoice.FindAsync(session.Client, session.Arguments.GetValue(drill), cancellation);
        return view.Outcome is null
            ? throw new CliException($"{view.DrillId} is not over: {StatusVerb.Describe(view)}")
            : await DrillRun.ShowAsync(session, view);
    }
}
