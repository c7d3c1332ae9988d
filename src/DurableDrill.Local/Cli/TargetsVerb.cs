using DurableDrill.Adapters.Processes;
using DurableDrill.Api;
using DurableDrill.Local.Targets;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Lists the targets: those that ship, and those that were brought up in this home.</summary>
internal sealed class TargetsVerb() : Verb("targets", "List the targets that ship and those that are up, with their drills")
{
    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        return session.IsRemote ? await ListServedAsync(session, cancellation) : await ListHereAsync(session, cancellation);
    }

    private static async Task<ExitCode> ListServedAsync(Session session, CancellationToken cancellation)
    {
        var list = (await session.Api.AskAsync<TargetList>(HttpMethod.Get, "targets", null, cancellation))!;
        session.Screen.Show(list, console =>
        {
            foreach (var target in list.Targets)
            {
                console.WriteLine($"{target.Target,-20} {target.State,-10} {target.Carrier}");
                console.WriteLine($"{"",-20} components: {string.Join(", ", target.Components)}");
                console.WriteLine($"{"",-20} drills: {string.Join(", ", target.Drills)}");
            }
        });
        return ExitCode.Passed;
    }

    private static async Task<ExitCode> ListHereAsync(Session session, CancellationToken cancellation)
    {
        var pipelines = new Pipelines(session.Home);
        var rows = new Dictionary<string, Row>();
        foreach (var name in TargetFiles.ShippedNames())
        {
            var file = TargetFiles.Find(name)!;
            var definition = await TargetChoice.ReadFileAsync(name, new Dictionary<string, string>(), cancellation);
            rows[definition.Target] = RowOf(definition, file, null);
        }

        foreach (var name in pipelines.Names())
        {
            if (await pipelines.ReadAsync(name, cancellation) is { } run)
            {
                rows[name] = RowOf(run.Definition, pipelines.FolderOf(name).TargetPath, run);
            }
        }

        session.Screen.Show(new { targets = rows.Values }, console =>
        {
            foreach (var row in rows.Values)
            {
                console.WriteLine($"{row.Target,-20} {row.State,-10} {row.Carrier}; {row.File}");
                console.WriteLine($"{"",-20} components: {string.Join(", ", row.Components)}");
                console.WriteLine($"{"",-20} drills: {string.Join(", ", row.Drills)}");
                foreach (var (port, number) in row.Ports)
                {
                    console.WriteLine($"{"",-20} {port}: 127.0.0.1:{number}");
                }
            }
        });
        return ExitCode.Passed;
    }

    private static Row RowOf(TargetDefinition definition, string file, RunState? run) => new(
        definition.Target,
        run is null ? "not up" : DrillJson.NameOf(run.Phase),
        definition.Carrier,
        file,
        [.. definition.Components.Keys],
        [.. definition.Drills.Keys],
        run is { Phase: RunPhase.Up } ? run.Ports : new Dictionary<string, int>());

    private sealed record TargetList(IReadOnlyList<TargetView> Targets);

    private sealed record Row(
        string Target, string State, string Carrier, string File, IReadOnlyList<string> Components, IReadOnlyList<string> Drills, IReadOnlyDictionary<string, int> Ports);
}
