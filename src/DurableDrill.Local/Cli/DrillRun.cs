using DurableDrill.Adapters.Processes;
using DurableDrill.Api;
using DurableDrill.Drills;
using DurableDrill.Local.Targets;
using DurableDrill.Local.Watchdog;
using DurableDrill.Plans;
using DurableDrill.Reports;
using DurableDrill.Targets;

namespace DurableDrill.Local.Cli;

/// <summary>A drill from start to report, as <c>run</c>, <c>demo</c> and the question do it.</summary>
internal static class DrillRun
{
    /// <summary>What has just started is slower at first, which would be no steady baseline.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    /// <summary>The watchdog ends by itself soon after there is nothing left to watch.</summary>
    private static readonly TimeSpan WatchdogPatience = TimeSpan.FromSeconds(5);

    /// <summary>Brings the target up where it is not, drills it, shows the report and takes down what it brought up.</summary>
    /// <param name="session">The command.</param>
    /// <param name="nameOrPath">How the target was named.</param>
    /// <param name="target">The target.</param>
    /// <param name="choice">What is done.</param>
    public static async Task<ExitCode> RunAsync(Session session, string nameOrPath, TargetDefinition target, PlanChoice choice)
    {
        var pipelines = new Pipelines(session.Home);
        var interrupted = session.Interrupts.Token;
        if (target.Carrier == "docker" && TargetFiles.Find(nameOrPath) is { } file)
        {
            // One that nobody must bring up is read anew from its file each time; a stack stays up afterwards, for it takes minutes to come.
            var known = await pipelines.ReadAsync(target.Target, interrupted) is { Phase: RunPhase.Up };
            _ = target.Compose is null ? await pipelines.RegisterAsync(file, target, interrupted)
                : known ? null : await pipelines.UpAsync(file, target, goesWithCaller: false, session.Screen.Progress, interrupted);
        }

        var bringUp = target.Carrier == "processes" && await pipelines.ReadAsync(target.Target, interrupted) is not { Phase: RunPhase.Up };
        DrillView view;
        try
        {
            if (bringUp)
            {
                await pipelines.UpAsync(TargetChoice.Require(nameOrPath), target, goesWithCaller: true, session.Screen.Progress, interrupted);
                session.Screen.Note($"letting it settle for {Settling.TotalSeconds:0} s");
                await Task.Delay(Settling, interrupted);
            }

            var id = await session.Host.StartAsync(target.Target, choice, interrupted);
            session.Screen.Note($"drill {id}");
            view = await FollowAsync(session, id, abort: interrupted, CancellationToken.None);
        }
        finally
        {
            if (bringUp)
            {
                // Not to be interrupted: nothing may keep running. A second Ctrl-C ends the program, and the watchdog takes it down.
                await pipelines.DownAsync(target.Target, force: false, session.Screen.Progress, CancellationToken.None);
                await new WatchdogProcess(session.Home).WaitForEndAsync(WatchdogPatience, CancellationToken.None);
            }
        }

        return await ShowAsync(session, view);
    }

    /// <summary>Follows a drill to its end, showing where it is.</summary>
    /// <param name="session">The command.</param>
    /// <param name="id">The drill.</param>
    /// <param name="abort">Ends the drill, which is then followed to its end.</param>
    /// <param name="cancellation">Ends the watch alone.</param>
    public static Task<DrillView> FollowAsync(Session session, string id, CancellationToken abort, CancellationToken cancellation) =>
        ProgressView.RunAsync(session.Screen, show =>
            new DrillWatch(session.Client, TimeProvider.System).FollowAsync(id, show, abort, cancellation));

    /// <summary>Shows the report of a drill that is over.</summary>
    public static async Task<ExitCode> ShowAsync(Session session, DrillView view)
    {
        var report = await session.Client.ReadReportAsync(view.DrillId, CancellationToken.None)
            ?? throw new CliException($"{view.DrillId} ended without a report: {string.Join("; ", view.Outcome?.Reasons ?? [])}");
        session.Screen.Show(report, console => ReportView.Write(console, report, session.Client.Locate(view.DrillId, ReportFiles.Markdown)));
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
