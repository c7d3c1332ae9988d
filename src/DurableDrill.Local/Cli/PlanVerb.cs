using System.CommandLine;
using DurableDrill.Documents;
using DurableDrill.Plans;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Says what a drill would do, and does nothing.</summary>
internal sealed class PlanVerb : Verb
{
    private readonly PlanOptions plan = new();
    private readonly Option<string> target = CommonOptions.Target();
    private readonly Option<string[]> set = CommonOptions.Set();

    public PlanVerb()
        : base("plan", "Show what a drill would do, and do nothing")
    {
        plan.AddTo(this);
        Add(target);
        Add(set);
    }

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var arguments = session.Arguments;
        var definition = await TargetChoice.ReadAsync(session.Home, arguments.GetRequiredValue(target), CommonOptions.Parameters(arguments, set), cancellation);
        var choice = await plan.ReadAsync(arguments, definition, cancellation);
        session.Screen.Show(new { target = definition.Target, plan = choice.Plan, parts = choice.Parts, roles = RolesOf(choice, definition) }, console =>
        {
            foreach (var step in choice.Steps)
            {
                Write(console, step, definition);
            }
        });
        return ExitCode.Passed;
    }

    /// <summary>The roles that it names, each with the components that may have it; null: none.</summary>
    private static Dictionary<string, IEnumerable<string>>? RolesOf(PlanChoice choice, TargetDefinition target)
    {
        var named = choice.Steps.SelectMany(step => step.RolesOf(target)).ToHashSet();
        var roles = target.Roles.Where(role => named.Contains(role.Key)).ToDictionary(role => role.Key, role => role.Value.Keys);
        return roles.Count > 0 ? roles : null;
    }

    private static string Candidates(string name, TargetDefinition target) => target.Roles.TryGetValue(name, out var candidates)
        ? $" (a role: the one of {string.Join(", ", candidates.Keys)} that has it then)"
        : "";

    private static void Write(IAnsiConsole console, DrillPlan plan, TargetDefinition target)
    {
        ReportView.Title(console, $"{plan.Name} on {target.Target}");
        console.WriteLine($"  first       measure the healthy pipeline for {Quantities.Write(plan.Baseline)}; go on only if it is steady");
        foreach (var (at, what) in Timeline(plan, target))
        {
            console.WriteLine($"  +{Quantities.Write(at),-10} {what}");
        }

        console.WriteLine($"  then        await recovery for up to {Quantities.Write(plan.RecoveryTimeout)}: every signal in its band for {Quantities.Write(plan.StableFor)}");
        console.WriteLine($"  last        await quiet for up to {Quantities.Write(plan.QuietTimeout)}, then look for every event");
        foreach (var bound in plan.StopConditions)
        {
            console.WriteLine($"  stop when   {bound.Signal} is not between {bound.Min?.ToString() ?? "anything"} and {bound.Max?.ToString() ?? "anything"}");
        }
    }

    private static IEnumerable<(TimeSpan At, string What)> Timeline(DrillPlan plan, TargetDefinition target) => plan.Faults
        .SelectMany(fault => new[]
        {
            (fault.At, $"{fault.Fault.Kind} {fault.Fault.Component}{Candidates(fault.Fault.Component, target)}"),
            (fault.At + fault.For, $"put {fault.Fault.Component} right again ({fault.Fault.Kind})"),
        })
        .OrderBy(row => row.Item1);
}
