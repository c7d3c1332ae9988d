namespace DurableDrill.Recordings;

/// <summary>What the rule for recordings is told.</summary>
public sealed record RecordingOptions
{
    /// <summary>How long a run must be settled. More than zero; default 5 s.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>The judgement of a recording.</summary>
/// <param name="StableForSeconds">The stable time that was asked for.</param>
/// <param name="Runs">One for each run.</param>
public sealed record RecordingResult(double StableForSeconds, IReadOnlyList<RunResult> Runs);

/// <summary>The judgement of one run.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Recovered">Whether it came back and stayed for the stable time.</param>
/// <param name="TimeToRecoverSeconds">From the fault to the beginning of the first settled row; null unless recovered.</param>
/// <param name="BetweenSeconds">The beginnings of the last row that was not settled and of the first that was; null unless recovered.</param>
/// <param name="InBandSinceSeconds">Since when it is settled, though not yet for long enough; null otherwise.</param>
/// <param name="RecordedSeconds">How long the run was recorded; where it did not recover, it did not within this.</param>
public sealed record RunResult(
    string Run,
    RunOutcome Outcome,
    bool Recovered,
    double? TimeToRecoverSeconds,
    IReadOnlyList<double>? BetweenSeconds,
    double? InBandSinceSeconds,
    double RecordedSeconds);

/// <summary>How a recorded run ended.</summary>
public enum RunOutcome
{
    /// <summary>Settled, and for the stable time.</summary>
    Recovered,

    /// <summary>Settled at the end, but not yet for the stable time.</summary>
    InBand,

    /// <summary>Not settled when the recording ended. How long it would have taken is not known.</summary>
    Censored,

    /// <summary>Settled from the first row to the last: the fault touched nothing that can be seen.</summary>
    NoEffect,
}

/// <summary>Finds when recorded runs recovered; <see cref="RecordingReader"/> says what a recording is.</summary>
public static class RecordingAnalysis
{
    /// <summary>Judges every run of a recording.</summary>
    /// <exception cref="RecordingException">The recording cannot be read; it holds every error with its line.</exception>
    public static RecordingResult Analyze(TextReader text, RecordingOptions? options = null)
    {
        var stableFor = (options ?? new()).StableFor;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(stableFor, TimeSpan.Zero);
        return new(stableFor.TotalSeconds, [.. RecordingReader.Read(text).Select(r => Judge(r, stableFor.TotalSeconds))]);
    }

    /// <summary>
    /// Judges one run: recovered at the first row after the first impact from which it had settled for the stable time. A run that was settled at
    /// first and is hit later (a failure takes a while to be noticed) has recovered only after that.
    /// </summary>
    public static RunResult Judge(RecordedRun run, double stableForSeconds)
    {
        var rows = run.Rows;
        var rule = new SettledRule(rows, stableForSeconds);
        var recorded = rows[^1].At + SettledRule.Width(rows);
        var from = 0;
        if (rule.Whole(0) && rule.Settled(0))
        {
            from = rule.FirstImpact();
            if (from < 0)
            {
                return new(run.Name, RunOutcome.NoEffect, false, null, null, rows[0].At, recorded);
            }
        }

        var settled = Enumerable.Range(from, rows.Count - from).FirstOrDefault(rule.Settled, -1);
        if (settled < 0)
        {
            return new(run.Name, RunOutcome.Censored, false, null, null, null, recorded);
        }

        var since = rows[settled].At;
        return rule.Whole(settled)
            ? new(run.Name, RunOutcome.Recovered, true, since, [rows[Math.Max(0, settled - 1)].At, since], null, recorded)
            : new(run.Name, RunOutcome.InBand, false, null, null, since, recorded);
    }
}
