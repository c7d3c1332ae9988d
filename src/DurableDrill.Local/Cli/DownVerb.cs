using System.CommandLine;
using DurableDrill.Local.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Takes a target down that was brought up here.</summary>
internal sealed class DownVerb : Verb
{
    private readonly Argument<string> target = new("target") { Description = "The target's name", DefaultValueFactory = _ => CommonOptions.DefaultTarget };
    private readonly Option<bool> force = new("--force") { Description = "Though a drill holds it" };

    public DownVerb()
        : base("down", "Take a target down that was brought up here")
    {
        Add(target);
        Add(force);
    }

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var name = session.Arguments.GetRequiredValue(target);
        var pipelines = new Pipelines(session.Home);
        if (await pipelines.ReadAsync(name, cancellation) is null)
        {
            throw new CliException($"no target \"{name}\" was brought up in {session.Home}; there are: {string.Join(", ", pipelines.Names().DefaultIfEmpty("none"))}");
        }

        await pipelines.DownAsync(name, session.Arguments.GetValue(force), session.Screen.Progress, cancellation);
        session.Screen.Show(new { target = name, state = "down" }, console => console.WriteLine($"{name} is down"));
        return ExitCode.Passed;
    }
}
