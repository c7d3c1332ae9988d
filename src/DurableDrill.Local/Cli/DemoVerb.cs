using System.CommandLine;
using DurableDrill.Plans;

namespace DurableDrill.Local.Cli;

/// <summary>
/// The whole of it in about a minute: brings the shipped pipeline up, kills one of its two processors for a while, and shows the report. Nothing
/// keeps running afterwards.
/// </summary>
internal sealed class DemoVerb : Verb
{
    private static readonly TimeSpan Baseline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(12);

    private readonly Option<string> target = CommonOptions.Target();

    public DemoVerb()
        : base("demo", "See it work: bring a pipeline up, kill a worker, prove every event (about a minute)")
    {
        Add(target);
    }

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var name = session.Arguments.GetRequiredValue(target);
        var definition = await TargetChoice.ReadAsync(session.Home, name, new Dictionary<string, string>(), cancellation);
        var worker = definition.Drills.GetValueOrDefault("worker") ?? throw new CliException($"\"{definition.Target}\" has no drill \"worker\", which the demo runs");
        var choice = PlanChoice.Of(worker with { Baseline = Baseline }, definition, Hold);
        return await DrillRun.RunAsync(session, name, definition, choice);
    }
}
