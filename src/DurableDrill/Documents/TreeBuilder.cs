namespace DurableDrill.Documents;

/// <summary>Builds maps and keeps the bounds that make reading total: depth, size, no key twice.</summary>
internal sealed class TreeBuilder(FindingList findings)
{
    /// <summary>Longest text that is read, in characters.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    private const int MaxNodes = 20_000;
    private int nodes;

    /// <summary>Counts a node; false (with an error) when the text holds too many, or too deep ones.</summary>
    /// <exception cref="TooLargeException">The text is beyond its bounds; caught by <see cref="DocumentText"/>.</exception>
    public void Count(string path, Mark at, int depth, int count = 1)
    {
        nodes += count;
        if (nodes > MaxNodes || depth > MaxDepth)
        {
            findings.Error(path, at, $"the text is too large; at most {MaxNodes} values and {MaxDepth} levels are read");
            throw new TooLargeException();
        }
    }

    /// <summary>Adds a field; a second one of the same name is an error.</summary>
    public void Add(List<Entry> entries, string path, Entry entry)
    {
        if (entries.Find(e => e.Key == entry.Key) is { } first)
        {
            findings.Error(Node.Join(path, entry.Key), entry.At, $"\"{entry.Key}\" stands twice; first in line {first.At.Line}");
            return;
        }

        entries.Add(entry);
    }
}

/// <summary>Ends the building of a tree; its error is in the findings.</summary>
internal sealed class TooLargeException : Exception;
