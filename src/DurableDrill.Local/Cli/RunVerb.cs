using System.CommandLine;

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

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var arguments = session.Arguments;
        var name = arguments.GetRequiredValue(target);
        var definition = await TargetChoice.ReadAsync(session.Home, name, CommonOptions.Parameters(arguments, set), cancellation);
        var choice = await plan.ReadAsync(arguments, definition, cancellation);
        return await DrillRun.RunAsync(session, name, definition, choice);
    }
}
