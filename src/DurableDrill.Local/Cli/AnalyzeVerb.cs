using System.CommandLine;
using DurableDrill.Recordings;
using DurableDrill.Targets;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>
/// Judges recorded observations again, offline: when did each run recover? It measures and does not judge against an objective, so a recording
/// that could be read exits 0, whatever it shows.
/// </summary>
internal sealed class AnalyzeVerb : Verb
{
    private readonly Argument<string> file = new("file") { Description = "CSV with the columns run, t_s, input_msgs, output_msgs, p50_ms and p99_ms" };
    private readonly Option<double> stableFor = new("--stable-for")
    {
        Description = "How long a run must have settled",
        HelpName = "seconds",
        DefaultValueFactory = _ => new RecordingOptions().StableFor.TotalSeconds,
    };

    public AnalyzeVerb()
        : base("analyze", "Find the recovery times in recorded observations")
    {
        Add(file);
        Add(stableFor);
    }

    /// <summary>It works on a file, not on a home.</summary>
    public override bool Tidies => false;

    public override Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var seconds = session.Arguments.GetValue(stableFor);
        if (seconds is not (> 0 and <= 86_400))
        {
            throw new CliException($"--stable-for {seconds}: more than 0, at most 86400 seconds are allowed");
        }

        var result = Read(session.Arguments.GetRequiredValue(file), new() { StableFor = TimeSpan.FromSeconds(seconds) });
        session.Screen.Show(result, console =>
        {
            foreach (var run in result.Runs)
            {
                console.WriteLine($"{run.Run}: {Describe(run)}");
            }
        });
        return Task.FromResult(ExitCode.Passed);
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
