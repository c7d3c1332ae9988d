using DurableDrill.Targets;

namespace DurableDrill.Local.Cli;

/// <summary>The command cannot be done as asked. Every reason at once, each for a person to read; exit code 2.</summary>
internal sealed class CliException(IReadOnlyList<Finding> reasons) : Exception(string.Join("\n", reasons.Select(Describe)))
{
    public CliException(string reason)
        : this([new Finding(Severity.Error, "", reason)])
    {
    }

    public IReadOnlyList<Finding> Reasons { get; } = reasons;

    /// <summary>A finding in one line: its place and its path, where it has them, then what it says.</summary>
    public static string Describe(Finding finding) =>
        string.Join(": ", new[] { finding.At?.ToString(), finding.Path, finding.Message }.Where(part => !string.IsNullOrEmpty(part)));
}
