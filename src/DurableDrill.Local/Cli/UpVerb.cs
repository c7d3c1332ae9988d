using System.CommandLine;
using DurableDrill.Local.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Brings a target up, to be drilled; it stays up until <c>drill down</c>.</summary>
internal sealed class UpVerb : Verb
{
    private readonly Argument<string> target = new("target") { Description = "A target that ships, or a target file", DefaultValueFactory = _ => CommonOptions.DefaultTarget };
    private readonly Option<string[]> set = CommonOptions.Set();

    public UpVerb()
        : base("up", "Bring a target up (its processes, or its compose project) and leave it up")
    {
        Add(target);
        Add(set);
    }

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var name = session.Arguments.GetRequiredValue(target);
        var definition = await TargetChoice.ReadFileAsync(name, CommonOptions.Parameters(session.Arguments, set), cancellation);
        var run = await new Pipelines(session.Home).UpAsync(TargetChoice.Require(name), definition, goesWithCaller: false, session.Screen.Progress, cancellation);
        session.Screen.Show(new { target = definition.Target, state = run.Phase, since = run.Since, ports = run.Ports }, console =>
        {
            console.WriteLine($"{definition.Target} is up; drill it with: drill run {definition.Drills.Keys.FirstOrDefault() ?? "--plan FILE"} --target {definition.Target}");
            foreach (var (port, number) in run.Ports)
            {
                console.WriteLine($"  {port}: 127.0.0.1:{number}");
            }
        });
        return ExitCode.Passed;
    }
}
