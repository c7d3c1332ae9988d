using DurableDrill.Documents;

namespace DurableDrill.Targets;

/// <summary>
/// The first pass over a target file: puts the values of its parameters in place, everywhere, so that a parameter can stand for a
/// duration or a guarantee too. <c>${here}</c> is the folder of the file in which it stands.
/// Placeholders for what is known only at "up" (ports, folders) stay, after their names are checked.
/// </summary>
internal static class ParameterPass
{
    // With a text's own bound this keeps what a file can grow to within some 100 MB, whatever stands in it.
    private const int MaxLength = 1000;
    private const string Here = "here";

    /// <summary>The values of the parameters: those of the file, the overrides over them.</summary>
    public static IReadOnlyDictionary<string, string> Read(MapNode map, IReadOnlyDictionary<string, string> overrides, FindingList findings)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in new Fields(map, "target", findings).Entries("parameters"))
        {
            Names.Check(entry, findings);
            if (TargetExpansion.Reserved(entry.Key))
            {
                findings.Error(entry.Value.Path, entry.At, $"\"{entry.Key}\" has a meaning of its own; choose another name");
            }

            var text = Values.Text(entry.Value, findings, "a text or number") ?? "";
            values[entry.Key] = Placeholders.Replace(text, name => name == Here ? Folder(entry.Value) : null, unescape: false);
        }

        foreach (var (name, value) in overrides)
        {
            if (!values.ContainsKey(name))
            {
                findings.Error("parameters", map.Find("parameters")?.At ?? map.At, $"there is no parameter \"{name}\" to set; {NearNames.Hint(name, values.Keys)}");
            }

            values[name] = value;
        }

        return Resolve(values, map, findings);
    }

    /// <summary>The document with parameters in place.</summary>
    public static MapNode Apply(MapNode map, IReadOnlyDictionary<string, string> values, FindingList findings)
    {
        var ports = (map.Find("ports")?.Value as ListNode)?.Items.OfType<ScalarNode>().Select(p => p.Text).ToList() ?? [];
        var components = (map.Find("components")?.Value as MapNode)?.Entries.Select(e => e.Key).ToList() ?? [];
        var known = values.Keys.Concat(TargetExpansion.Names(ports, components)).ToList();
        return map with
        {
            Entries = [.. map.Entries.Select(e => e.Key == "parameters" ? e : e with { Value = Replace(e.Value) })],
        };

        Node Replace(Node node) => node switch
        {
            ScalarNode scalar => ReplaceText(scalar),
            ListNode list => list with { Items = [.. list.Items.Select(Replace)] },
            MapNode inner => inner with { Entries = [.. inner.Entries.Select(e => e with { Value = Replace(e.Value) })] },
            _ => node,
        };

        ScalarNode ReplaceText(ScalarNode node)
        {
            var text = Placeholders.Replace(node.Text, name => name == Here ? Folder(node) : values.GetValueOrDefault(name), unescape: false);
            foreach (var unknown in Placeholders.In(text).Where(name => !known.Contains(name)).Distinct())
            {
                findings.Error(node, $"unknown placeholder \"${{{unknown}}}\"; {NearNames.Hint(unknown, known)}; write $${{ for a literal ${{");
            }

            return node with { Text = text };
        }
    }

    /// <summary>The folder of the file in which a value stands, which may be one that is extended.</summary>
    private static string Folder(Node node) => Path.GetDirectoryName(node.At.Source) is { Length: > 0 } folder ? folder : ".";

    /// <summary>Parameters may stand in parameters, but not in a circle.</summary>
    private static SortedDictionary<string, string> Resolve(SortedDictionary<string, string> values, MapNode map, FindingList findings)
    {
        var resolved = new SortedDictionary<string, string>(values, StringComparer.Ordinal);
        for (var round = 0; round <= values.Count; round++)
        {
            if (resolved.FirstOrDefault(v => v.Value.Length > MaxLength) is { Key: { } name } longest)
            {
                findings.Error($"parameters.{name}", map.Find("parameters")?.At, $"stands for {longest.Value.Length} characters; at most {MaxLength} are allowed");
                return [];
            }

            var before = resolved.ToList();
            foreach (var (key, text) in before)
            {
                resolved[key] = Placeholders.Replace(text, other => values.GetValueOrDefault(other), unescape: false);
            }

            if (before.SequenceEqual(resolved))
            {
                return resolved;
            }
        }

        findings.Error("parameters", map.Find("parameters")?.At, "parameters stand for each other in a circle");
        return values;
    }
}
