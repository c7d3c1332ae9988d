using DurableDrill.Adapters.Processes;
using DurableDrill.Drills;
using DurableDrill.Local.Hosting;
using DurableDrill.Local.Targets;
using DurableDrill.Reports;
using DurableDrill.Targets;

namespace DurableDrill.Local.Cli;

/// <summary>A drill from start to report, as <c>run</c>, <c>demo</c> and the question do it.</summary>
internal static class DrillRun
{
    /// <summary>Brings the target up where it is not, drills it, shows the report and takes down what it brought up.</summary>
    /// <param name="session">The command.</param>
    /// <param name="nameOrPath">How the target was named.</param>
    /// <param name="target">The target.</param>
    /// <param name="choice">What is done.</param>
    public static async Task<ExitCode> RunAsync(Session session, string nameOrPath, TargetDefinition target, PlanChoice choice)
    {
        var pipelines = new Pipelines(session.Home);
        var interrupted = session.Interrupts.Token;
        var bringUp = target.Carrier == "processes" && await pipelines.ReadAsync(target.Target, interrupted) is not { Phase: RunPhase.Up };
        try
        {
            if (bringUp)
            {
                await pipelines.UpAsync(TargetChoice.Require(nameOrPath), target, goesWithCaller: true, session.Screen.Progress, interrupted);
            }

            var host = session.Host;
            var id = await host.StartAsync(target.Target, choice.Plan, choice.Parts, interrupted);
            session.Screen.Note($"drill {id}");
            return await FollowAsync(session, host, id, interrupted);
        }
        finally
        {
            if (bringUp)
            {
                // Not to be interrupted: nothing may keep running. A second Ctrl-C ends the program, and the watchdog takes it down.
                await pipelines.DownAsync(target.Target, force: false, session.Screen.Progress, CancellationToken.None);
            }
        }
    }

    /// <summary>Follows a drill to its end and shows its report.</summary>
    public static async Task<ExitCode> FollowAsync(Session session, IDrillHost host, string id, CancellationToken abort)
    {
        var view = await ProgressView.RunAsync(session.Screen, show =>
            new DrillWatch(host, TimeProvider.System).FollowAsync(id, show, abort, CancellationToken.None));
        return await ShowAsync(session, host, view);
    }

    /// <summary>Shows the report of a drill that is over.</summary>
    public static async Task<ExitCode> ShowAsync(Session session, IDrillHost host, DrillView view)
    {
        var report = await host.ReadReportAsync(view.DrillId, CancellationToken.None)
            ?? throw new CliException($"{view.DrillId} ended without a report: {string.Join("; ", view.Outcome?.Reasons ?? [])}");
        session.Screen.Show(report, console => ReportView.Write(console, report, host.Locate(view.DrillId, ReportFiles.Markdown)));
        return CodeOf(report.Verdict);
    }

    /// <summary>The exit code of a verdict.</summary>
    public static ExitCode CodeOf(Verdict verdict) => verdict switch
    {
        Verdict.Passed => ExitCode.Passed,
        Verdict.Failed => ExitCode.Failed,
        Verdict.Inconclusive => ExitCode.Inconclusive,
        Verdict.Aborted => ExitCode.Aborted,
        _ => ExitCode.Error,
    };
}
