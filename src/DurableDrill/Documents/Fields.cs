using System.Globalization;

namespace DurableDrill.Documents;

/// <summary>
/// Reads the fields of one map. An error is noted and a stand-in returned, so that a reader is a straight line and finds everything.
/// The fields that were asked for are the allowed ones: <see cref="Done"/> reports the others.
/// </summary>
/// <param name="map">The map.</param>
/// <param name="kind">The name of such maps in the JSON Schema.</param>
/// <param name="findings">Takes the errors.</param>
internal sealed class Fields(MapNode map, string kind, FindingList findings)
{
    private readonly List<string> asked = [];

    public MapNode Map => map;

    public FindingList Findings => findings;

    /// <summary>The path that a field of this map has or would have.</summary>
    public string PathOf(string name) => Node.Join(map.Path, name);

    /// <summary>A field's value; null when it is left out or says null.</summary>
    public Node? Find(string name)
    {
        if (!asked.Contains(name))
        {
            asked.Add(name);
        }

        if (!findings.Vocabulary.TryGetValue(kind, out var fields))
        {
            findings.Vocabulary.Add(kind, fields = new(StringComparer.Ordinal));
        }

        fields.Add(name);
        return map.Find(name)?.Value is { IsNull: false } node ? node : null;
    }

    public Node? Require(string name, string expected)
    {
        var node = Find(name);
        if (node is null)
        {
            findings.Error(PathOf(name), map.At, $"is missing; {expected} is expected");
        }

        return node;
    }

    public string? Text(string name, string expected = "a text") => Find(name) is { } node ? Values.Text(node, findings, expected) : null;

    public string RequiredText(string name, string expected = "a text") => Require(name, expected) is { } node ? Values.Text(node, findings, expected) ?? "" : "";

    /// <summary>A list of texts; one text is a list of one.</summary>
    public IReadOnlyList<string> Texts(string name) => Find(name) is { } node ? Values.Texts(node, findings) : [];

    public bool Flag(string name) => Find(name) is { } node && Values.Flag(node, findings);

    public TimeSpan Duration(string name, TimeSpan fallback, DurationRange range) =>
        Find(name) is { } node ? Values.Duration(node, findings, range) ?? fallback : fallback;

    public TimeSpan RequiredDuration(string name, DurationRange range) =>
        Require(name, $"a duration ({range})") is { } node ? Values.Duration(node, findings, range) ?? default : default;

    public double? Number(string name, Func<double, bool> allowed, string range) =>
        Find(name) is { } node ? Values.Number(node, findings, allowed, range) : null;

    public long? Size(string name) => Find(name) is { } node ? Values.Size(node, findings) : null;

    public T Choice<T>(string name, T fallback, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (Text(name, $"one of {Names(choices)}") is not { } text)
        {
            return fallback;
        }

        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                return choice.Value;
            }
        }

        findings.Error(Find(name)!, $"found \"{text}\"; {NearNames.Hint(text, Names(choices).Split(", "))}");
        return fallback;
    }

    public Fields? Sub(string name, string subKind) => Find(name) is { } node ? Values.Map(node, subKind, findings) : null;

    /// <summary>The fields of a map whose names the user chooses.</summary>
    public IReadOnlyList<Entry> Entries(string name) => Find(name) switch
    {
        null => [],
        MapNode m => [.. m.Entries.Where(e => !e.Value.IsNull)],
        var other => Values.Wrong<IReadOnlyList<Entry>>(other, findings, "a map", []),
    };

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<Node> Items(string name) => Find(name) switch
    {
        null => [],
        ListNode list => list.Items,
        var other => Values.Wrong<IReadOnlyList<Node>>(other, findings, "a list", []),
    };

    /// <summary>Reports every field that nobody asked for.</summary>
    /// <param name="hints">Says where a field that is often put here belongs; null: no idea.</param>
    public void Done(Func<string, string?>? hints = null)
    {
        foreach (var entry in map.Entries.Where(e => !asked.Contains(e.Key)))
        {
            findings.Error(PathOf(entry.Key), entry.At, $"unknown field; {hints?.Invoke(entry.Key) ?? NearNames.Hint(entry.Key, asked)}");
        }
    }

    private static string Names<T>(ReadOnlySpan<(string Name, T Value)> choices)
    {
        var names = new List<string>();
        foreach (var choice in choices)
        {
            names.Add(choice.Name);
        }

        return string.Join(", ", names);
    }
}

/// <summary>Which durations a field takes.</summary>
/// <param name="Min">At least this, or more than this when <paramref name="Open"/>.</param>
/// <param name="Max">At most this.</param>
/// <param name="Open">Whether the lower end itself is excluded.</param>
internal readonly record struct DurationRange(TimeSpan Min, TimeSpan Max, bool Open = false)
{
    public bool Holds(TimeSpan value) => value <= Max && (Open ? value > Min : value >= Min);

    public override string ToString() => Open && Min == TimeSpan.Zero
        ? $"more than 0, at most {Quantities.Write(Max)}"
        : string.Create(CultureInfo.InvariantCulture, $"{Quantities.Write(Min)} to {Quantities.Write(Max)}");
}
