using DurableDrill.Local.Targets;
using DurableDrill.Plans;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>No verb: on a terminal it asks which drill and runs it; elsewhere that is a mistake.</summary>
internal sealed class AskVerb() : Verb("ask", "Asks which drill")
{
    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        if (!session.Screen.CanAsk)
        {
            throw new CliException("which verb? see --help");
        }

        var target = await ChooseTargetAsync(session, cancellation);
        var definition = await TargetChoice.ReadAsync(session.Home, target, new Dictionary<string, string>(), cancellation);
        var drill = await new SelectionPrompt<string>().Title("Which drill?").PageSize(20).AddChoices(definition.Drills.Keys)
            .ShowAsync(session.Screen.Out, cancellation);
        var plan = definition.Drills[drill];
        return await DrillRun.RunAsync(session, target, definition, PlanChoice.Of(plan, definition));
    }

    private static async Task<string> ChooseTargetAsync(Session session, CancellationToken cancellation)
    {
        var names = TargetFiles.ShippedNames().Union(new Pipelines(session.Home).Names()).ToList();
        return names.Count == 1
            ? names[0]
            : await new SelectionPrompt<string>().Title("Which pipeline?").AddChoices(names).ShowAsync(session.Screen.Out, cancellation);
    }
}
