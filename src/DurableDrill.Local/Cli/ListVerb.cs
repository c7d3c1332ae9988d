using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Lists the drills of this home, newest first.</summary>
internal sealed class ListVerb() : Verb("list", "List the drills of this home, newest first")
{
    public override bool Remote => true;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var host = session.Client;
        var drills = await host.ListAsync(cancellation);
        session.Screen.Show(new { drills }, console =>
        {
            if (drills.Count == 0)
            {
                console.WriteLine($"no drill was run {(session.IsRemote ? "there" : $"in {session.Home}")} yet");
            }

            foreach (var drill in drills)
            {
                console.WriteLine($"{drill.DrillId,-34} {drill.StartedAt:yyyy-MM-dd HH:mm:ss}  {drill.DrillType,-14} {drill.Target,-16} {StatusVerb.Describe(drill)}");
            }
        });
        return ExitCode.Passed;
    }
}
