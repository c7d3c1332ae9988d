namespace DurableDrill.Recordings;

/// <summary>One row of a recording: what happened in one interval, which begins at <paramref name="At"/> and is as long as the next row is away.</summary>
/// <param name="At">Seconds since the fault.</param>
/// <param name="Input">Messages that came in.</param>
/// <param name="Output">Messages that came out.</param>
/// <param name="P50">Median latency of what came out, ms; null: nothing came out, or not recorded.</param>
/// <param name="P99">99th percentile of the same.</param>
public readonly record struct RecordingRow(double At, double Input, double Output, double? P50, double? P99);

/// <summary>One run of a recording: rows in order of time, from the fault on.</summary>
public sealed record RecordedRun(string Name, IReadOnlyList<RecordingRow> Rows);

/// <summary>A recording cannot be read. Holds every error, each with its line.</summary>
public sealed class RecordingException(IReadOnlyList<string> errors) : Exception(string.Join("\n", errors))
{
    /// <summary>What is wrong: "line 7: …".</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
