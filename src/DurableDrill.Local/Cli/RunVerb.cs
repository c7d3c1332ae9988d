using System.CommandLine;
using DurableDrill.Api;

namespace DurableDrill.Local.Cli;

/// <summary>Runs a drill and shows its report. A target that is not up is brought up for it and taken down again.</summary>
internal sealed class RunVerb : Verb
{
    private readonly PlanOptions plan = new();
    private readonly Option<string> target = CommonOptions.Target();
    private readonly Option<string[]> set = CommonOptions.Set();

    public RunVerb()
        : base("run", "Run a drill: drill run worker 60 holds the fault for 60 s")
    {
        plan.AddTo(this);
        Add(target);
        Add(set);
    }

    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        if (session.IsRemote)
        {
            return await RunThereAsync(session, cancellation);
        }

        var arguments = session.Arguments;
        var name = arguments.GetRequiredValue(target);
        var definition = await TargetChoice.ReadAsync(session.Home, name, CommonOptions.Parameters(arguments, set), cancellation);
        var choice = await plan.ReadAsync(arguments, definition, cancellation);
        return await DrillRun.RunAsync(session, name, definition, choice);
    }

    /// <summary>The server holds the target and its drills; Ctrl-C ends the drill, as it does here.</summary>
    private async Task<ExitCode> RunThereAsync(Session session, CancellationToken cancellation)
    {
        var arguments = session.Arguments;
        if (arguments.GetRequiredValue(set).Length > 0)
        {
            throw new CliException("--set has no effect on a target that a server holds");
        }

        var body = await plan.OrderAsync(arguments, arguments.GetRequiredValue(target), cancellation);
        var started = (await session.Api.AskAsync<StartedDrill>(HttpMethod.Post, "drills", body, cancellation))!;
        session.Screen.Note($"drill {started.DrillId}");
        return await DrillRun.ShowAsync(session, await DrillRun.FollowAsync(session, started.DrillId, abort: cancellation, CancellationToken.None));
    }
}
