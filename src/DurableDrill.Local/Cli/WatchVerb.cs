using System.CommandLine;
using DurableDrill.Adapters.Processes;
using DurableDrill.Documents;
using DurableDrill.Local.Hosting;
using DurableDrill.Local.SelfHealing;
using DurableDrill.Local.Targets;
using DurableDrill.Local.Watchdog;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Restarts what is down in a target, within the bounds of its policy, until Ctrl-C or until the target is taken down.</summary>
internal sealed class WatchVerb : Verb
{
    private readonly Option<string> target = CommonOptions.Target();
    private readonly Option<string?> length = new("--for") { Description = "End after this time, 45s or 2h (default: at Ctrl-C, or when the target is taken down)", HelpName = "duration" };

    public WatchVerb()
        : base("watch", "Restart what is down in a target, within the bounds of its watch policy, and stand aside for drills; fails when something is given up")
    {
        Add(target);
        Add(length);
    }

    public override string Ending => "ending: what is being restarted now is finished first";

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var name = await FindAsync(session, session.Arguments.GetRequiredValue(target), cancellation);
        using var limit = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        if (session.Arguments.GetValue(length) is { } text)
        {
            limit.CancelAfter(Quantities.TryDuration(text, out var time) && time > TimeSpan.Zero && time <= TimeSpan.FromDays(20)
                ? time
                : throw new CliException($"--for {text}: a duration is expected, such as 45s or 2h, at most 480h"));
        }

        session.Screen.Note($"watching {name}; Ctrl-C ends it");
        var watch = new TargetWatch(
            new(session.Home), new Caretaker(session.Home, HomeStores.Of(session.Home).Tickets, TimeProvider.System), name, TimeProvider.System, session.Screen.Progress.Report);
        var report = await watch.RunAsync(stop.Token, () => cancellation.IsCancellationRequested ? "somebody ended it" : "its time was up");
        session.Screen.Show(report, console =>
        {
            console.WriteLine($"watched {name} for {(report.EndedAt - report.StartedAt).TotalSeconds:0} s; {report.Ended}; {report.Restarts.Count} restarts");
            foreach (var component in report.GivenUp)
            {
                console.WriteLine($"given up: {component}");
            }
        });
        return report.GivenUp.Count == 0 ? ExitCode.Passed : ExitCode.Failed;
    }

    /// <summary>The name of a target that is up. One whose containers run where they run is made known here first.</summary>
    private static async Task<string> FindAsync(Session session, string nameOrPath, CancellationToken cancellation)
    {
        var definition = await TargetChoice.ReadAsync(session.Home, nameOrPath, new Dictionary<string, string>(), cancellation);
        var pipelines = new Pipelines(session.Home);
        if (await pipelines.ReadAsync(definition.Target, cancellation) is { Phase: not RunPhase.Down })
        {
            return definition.Target;
        }

        return definition is { Carrier: "docker", Compose: null } && TargetFiles.Find(nameOrPath) is { } file
            ? (await pipelines.RegisterAsync(file, definition, cancellation)).Definition.Target
            : throw new CliException($"{definition.Target} is not up: bring it up first (drill up {nameOrPath})");
    }
}
