using DurableDrill.Targets;

namespace DurableDrill.Documents;

/// <summary>Gathers what readers find, so that they go on after an error and the user sees all of them at once.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> list = [];

    /// <summary>The fields that were looked for, by kind of map: what the JSON Schemas are tested against.</summary>
    public SortedDictionary<string, SortedSet<string>> Vocabulary { get; } = new(StringComparer.Ordinal);

    public bool HasErrors => list.Exists(f => f.Severity == Severity.Error);

    public void Error(Node node, string message) => Error(node.Path, node.At, message);

    public void Error(string path, Mark? at, string message) => list.Add(new(Severity.Error, path, message, at));

    public void Add(Finding finding) => list.Add(finding);

    public void Warn(Node node, string message) => list.Add(new(Severity.Warning, node.Path, message, node.At));

    /// <summary>Closes the reading: no value where there is an error.</summary>
    public Reading<T> Close<T>(T? value)
        where T : class =>
        new(HasErrors ? null : value, [.. list.OrderBy(f => f.At?.Source, StringComparer.Ordinal).ThenBy(f => f.At?.Line).ThenBy(f => f.At?.Column)]);
}
