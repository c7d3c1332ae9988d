using System.CommandLine;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Ends a drill, whichever process runs it: everything is reverted and the report is written.</summary>
internal sealed class AbortVerb : Verb
{
    private readonly Argument<string?> drill = CommonOptions.DrillId();
    private readonly Option<string> reason = new("--reason") { Description = "Stands in the report", DefaultValueFactory = _ => "drill abort" };

    public AbortVerb()
        : base("abort", "End a drill: everything is reverted and the report is written")
    {
        Add(drill);
        Add(reason);
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var host = session.Client;
        var view = await DrillChoice.FindAsync(host, session.Arguments.GetValue(drill), cancellation);
        if (view.Outcome is { } outcome)
        {
            throw new CliException($"{view.DrillId} is over already: {DrillJson.NameOf(outcome.Verdict)}");
        }

        await host.AbortAsync(view.DrillId, session.Arguments.GetRequiredValue(reason), cancellation);
        var ended = await DrillRun.FollowAsync(session, view.DrillId, abort: CancellationToken.None, cancellation);
        session.Screen.Show(ended, console => console.WriteLine($"{ended.DrillId}: {StatusVerb.Describe(ended)}"));
        return ExitCode.Passed;
    }
}
