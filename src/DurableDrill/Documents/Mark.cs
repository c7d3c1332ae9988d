namespace DurableDrill.Documents;

/// <summary>A place in a text, written as compilers do: <c>orders.yaml:12:5</c>.</summary>
/// <param name="Source">The file's name, or whatever the text is called.</param>
/// <param name="Line">1 or more.</param>
/// <param name="Column">1 or more.</param>
public sealed record Mark(string Source, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Source}:{Line}:{Column}";
}
