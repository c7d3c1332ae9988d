using System.CommandLine;
using DurableDrill.Api;
using DurableDrill.Recordings;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>
/// Judges recorded observations again, offline: those of a drill by the rules of this version, or each run of a file. It measures and does not judge
/// against an objective, so what could be read exits 0, whatever it shows.
/// </summary>
internal sealed class AnalyzeVerb : Verb
{
    private readonly Argument<string> recorded = new("file or drill")
    {
        Description = "CSV with the columns run, t_s, input_msgs, output_msgs, p50_ms and p99_ms; or the id of a drill that is over",
    };

    private readonly Option<double?> stableFor = new("--stable-for")
    {
        Description = "How long it must have settled (default: 5 for a file; as its plan says for a drill)",
        HelpName = "seconds",
    };

    public AnalyzeVerb()
        : base("analyze", "Find the recovery times in recorded observations")
    {
        Add(recorded);
        Add(stableFor);
    }

    /// <summary>It reads, and touches neither a pipeline nor a drill.</summary>
    public override bool Tidies => false;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var seconds = session.Arguments.GetValue(stableFor);
        if (seconds is not (null or (> 0 and <= 86_400)))
        {
            throw new CliException($"--stable-for {seconds}: more than 0, at most 86400 seconds are allowed");
        }

        TimeSpan? stable = seconds is { } given ? TimeSpan.FromSeconds(given) : null;
        var what = session.Arguments.GetRequiredValue(recorded);
        if (!File.Exists(what) && await FindAsync(session, what, cancellation) is { } drill)
        {
            var timeline = await session.Host.RejudgeAsync(drill.DrillId, stable, cancellation)
                ?? throw new CliException($"{drill.DrillId} recorded no recovery: {StatusVerb.Describe(drill)}");
            session.Screen.Show(timeline, console => TimelineView.Write(console, timeline));
            return ExitCode.Passed;
        }

        var result = Read(what, stable is { } other ? new() { StableFor = other } : new());
        session.Screen.Show(result, console =>
        {
            foreach (var run in result.Runs)
            {
                console.WriteLine($"{run.Run}: {Describe(run)}");
            }
        });
        return ExitCode.Passed;
    }

    private static async Task<DrillView?> FindAsync(Session session, string id, CancellationToken cancellation)
    {
        try
        {
            return Directory.Exists(session.Home) ? await session.Host.LookAsync(id, cancellation) : null;
        }
        catch (ArgumentException)
        {
            return null; // No drill can have this id: it is the name of a file.
        }
    }

    private static RecordingResult Read(string path, RecordingOptions options)
    {
        using var text = new StreamReader(path);
        try
        {
            return RecordingAnalysis.Analyze(text, options);
        }
        catch (RecordingException error)
        {
            throw new CliException([.. error.Errors.Select(line => new Finding(Severity.Error, path, line))]);
        }
    }

    private static string Describe(RunResult run) => run.Outcome switch
    {
        RunOutcome.Recovered => $"recovered {run.TimeToRecoverSeconds:0.###} s after the fault (between {run.BetweenSeconds![0]:0.###} and {run.BetweenSeconds[1]:0.###} s)",
        RunOutcome.InBand => $"not recovered yet: settled since {run.InBandSinceSeconds:0.###} s, but the recording ends at {run.RecordedSeconds:0.###} s",
        RunOutcome.NoEffect => "no effect seen: settled from the first row to the last",
        _ => $"not recovered within the {run.RecordedSeconds:0.###} s that were recorded",
    };
}
