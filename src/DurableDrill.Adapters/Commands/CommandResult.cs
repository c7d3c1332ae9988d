namespace DurableDrill.Adapters.Commands;

/// <summary>How a command ended, and what it said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>What it said, for a message.</summary>
    public string Words => (Error.Trim() is { Length: > 0 } error ? error : Output.Trim()) is { Length: > 0 } said ? said.ReplaceLineEndings(" ") : "it said nothing";
}
