using DurableDrill.Drills;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>A running drill on the screen: one line that is drawn anew on a terminal, else a line for each phase and one every ten seconds.</summary>
internal static class ProgressView
{
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(10);

    /// <summary>Runs work that shows glances.</summary>
    public static Task<T> RunAsync<T>(Screen screen, Func<Action<DrillGlance>, Task<T>> work) =>
        screen.Live ? LiveAsync(screen, work) : work(Plain(screen));

    private static Task<T> LiveAsync<T>(Screen screen, Func<Action<DrillGlance>, Task<T>> work) =>
        screen.Notes.Status().Spinner(Spinner.Known.Dots).StartAsync("starting", context =>
        {
            Phase? last = null;
            return work(glance =>
            {
                if (glance.Phase != last && last is { } over)
                {
                    screen.Notes.MarkupLine($"[green]✓[/] {Name(over)}");
                }

                last = glance.Phase;
                context.Status(Markup.Escape(Describe(glance)));
            });
        });

    private static Action<DrillGlance> Plain(Screen screen)
    {
        Phase? last = null;
        var next = TimeSpan.Zero;
        return glance =>
        {
            if (glance.Phase == last && glance.Elapsed < next)
            {
                return;
            }

            last = glance.Phase;
            next = glance.Elapsed + PlainEvery;
            screen.Note(Describe(glance));
        };
    }

    private static string Describe(DrillGlance glance)
    {
        var left = glance.Left is { } time ? $", {Math.Max(0, time.TotalSeconds):0} s left" : "";
        var detail = glance.Detail is { } text ? $" ({text.ReplaceLineEndings(" ")})" : "";
        return $"{glance.Elapsed.TotalSeconds,4:0} s  {Name(glance.Phase)}{left}{detail}  throughput {Rate(glance.Throughput)}  backlog {Number(glance.Backlog)}";
    }

    private static string Name(Phase? phase) => phase switch
    {
        null => "starting",
        Phase.Preflight => "preflight: checking plan and target",
        Phase.Baseline => "baseline: measuring the healthy pipeline",
        Phase.Inject => "inject: the fault is there",
        Phase.Recover => "recover: waiting until every signal is back",
        Phase.Validate => "validate: looking for every event",
        Phase.Revert => "revert: putting right what is still injured",
        Phase.Report => "report: writing it",
        _ => "ended",
    };

    private static string Rate(double? value) => value is { } known ? $"{Math.Max(0, known):0.0}/s" : "-";

    private static string Number(double? value) => value is { } known ? $"{known:0}" : "-";
}
