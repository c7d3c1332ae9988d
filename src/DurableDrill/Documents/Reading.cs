using DurableDrill.Targets;

namespace DurableDrill.Documents;

/// <summary>What came of reading a text: a value, or every error in it at once. Reading never throws.</summary>
/// <param name="Value">The value; null when there is an error.</param>
/// <param name="Findings">Errors and warnings, in order of the text.</param>
public sealed record Reading<T>(T? Value, IReadOnlyList<Finding> Findings)
    where T : class
{
    /// <summary>The errors alone.</summary>
    public IEnumerable<Finding> Errors => Findings.Where(f => f.Severity == Severity.Error);
}
