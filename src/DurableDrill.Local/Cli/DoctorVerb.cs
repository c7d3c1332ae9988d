using DurableDrill.Local.Doctor;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>Says what this machine has and lacks, one line each. Exit code 2 when drills cannot run.</summary>
internal sealed class DoctorVerb() : Verb("doctor", "Check this machine: what drills need, and what was left behind")
{
    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var checks = await MachineChecks.RunAsync(session.Home, cancellation);
        session.Screen.Show(new { checks }, console =>
        {
            foreach (var check in checks)
            {
                console.Write(new Text($"{Word(check.State),-8}", new Style(ColorOf(check.State))));
                console.WriteLine($"{check.Name,-12} {check.Detail}");
            }
        });
        return checks.Any(check => check.State == CheckState.Problem) ? ExitCode.Error : ExitCode.Passed;
    }

    private static string Word(CheckState state) => state switch
    {
        CheckState.Good => "ok",
        CheckState.Warning => "warning",
        _ => "PROBLEM",
    };

    private static Color ColorOf(CheckState state) => state switch
    {
        CheckState.Good => Color.Green,
        CheckState.Warning => Color.Yellow,
        _ => Color.Red,
    };
}
