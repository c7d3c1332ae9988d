namespace DurableDrill.Documents;

/// <summary>A value in a YAML or JSON text, with its place. Readers are written against this tree, once for both formats.</summary>
/// <param name="Path">The field's path: <c>drills.worker.faults[0].for</c>; empty at the top.</param>
/// <param name="At">Where it stands in the text.</param>
internal abstract record Node(string Path, Mark At)
{
    /// <summary>Whether it says "nothing", which is the same as leaving the field out.</summary>
    public virtual bool IsNull => false;

    /// <summary>What a person would call what stands there, for "found …".</summary>
    public abstract string Describe();

    /// <summary>The path of a field of a map; a very long name is cut, so that paths stay short whatever the text says.</summary>
    public static string Join(string path, string key)
    {
        key = key.Length > 64 ? key[..64] + "…" : key;
        var plain = key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or ':' or '/' or '…');
        var step = plain ? key : $"[\"{key}\"]";
        return path.Length == 0 || !plain ? path + step : $"{path}.{step}";
    }

    /// <summary>The same value at another path (a YAML alias, a member of a group).</summary>
    public abstract Node MovedTo(string path);
}

/// <summary>A text, number, boolean or null: what it is, its reader decides.</summary>
/// <param name="Path">The field's path.</param>
/// <param name="At">Where it stands.</param>
/// <param name="Text">As written, without quotes.</param>
/// <param name="Quoted">Whether it was quoted, so that it is a text whatever it looks like.</param>
internal sealed record ScalarNode(string Path, Mark At, string Text, bool Quoted) : Node(Path, At)
{
    public override bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Describe() => IsNull ? "nothing" : $"\"{(Text.Length > 60 ? Text[..60] + "…" : Text)}\"";

    public override Node MovedTo(string path) => this with { Path = path };
}

/// <summary>A list.</summary>
internal sealed record ListNode(string Path, Mark At, IReadOnlyList<Node> Items) : Node(Path, At)
{
    public override string Describe() => "a list";

    public override Node MovedTo(string path) =>
        this with { Path = path, Items = [.. Items.Select((item, i) => item.MovedTo($"{path}[{i}]"))] };
}

/// <summary>A map, in the order of the text.</summary>
internal sealed record MapNode(string Path, Mark At, IReadOnlyList<Entry> Entries) : Node(Path, At)
{
    public override string Describe() => "a map";

    public Entry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    public override Node MovedTo(string path) =>
        this with { Path = path, Entries = [.. Entries.Select(e => e with { Value = e.Value.MovedTo(Join(path, e.Key)) })] };
}

/// <summary>A field of a map.</summary>
/// <param name="Key">Its name.</param>
/// <param name="At">Where the name stands.</param>
/// <param name="Value">Its value.</param>
internal sealed record Entry(string Key, Mark At, Node Value);
