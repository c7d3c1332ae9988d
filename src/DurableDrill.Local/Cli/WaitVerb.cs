using System.CommandLine;

namespace DurableDrill.Local.Cli;

/// <summary>Waits for the end of a drill, whichever process runs it, and shows its report. Ctrl-C ends the wait, not the drill.</summary>
internal sealed class WaitVerb : Verb
{
    private readonly Argument<string?> drill = CommonOptions.DrillId();

    public WaitVerb()
        : base("wait", "Wait for the end of a drill and show its report; exits as the drill does")
    {
        Add(drill);
    }

    /// <summary>A drill that was interrupted goes on instead of being aborted: it is waited for.</summary>
    public override bool Tidies => false;

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var id = (await DrillChoice.FindAsync(session.Client, session.Arguments.GetValue(drill), cancellation)).DrillId;
        if (!session.IsRemote)
        {
            await session.TidyAsync(resumed: id, cancellation);
        }

        var view = await DrillRun.FollowAsync(session, id, abort: CancellationToken.None, cancellation);
        return await DrillRun.ShowAsync(session, view);
    }
}
