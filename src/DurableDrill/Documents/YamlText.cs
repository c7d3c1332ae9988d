using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DurableDrill.Documents;

/// <summary>YAML as a tree: anchors, aliases and merge keys are resolved; tags are ignored.</summary>
internal sealed class YamlText
{
    private readonly string source;
    private readonly FindingList findings;
    private readonly TreeBuilder builder;
    private readonly Dictionary<string, Node> anchors = [];
    private readonly Parser parser;

    private YamlText(string text, string source, FindingList findings)
    {
        this.source = source;
        this.findings = findings;
        builder = new(findings);
        parser = new(new StringReader(text));
    }

    /// <summary>The document; null when the text is empty or, with an error, not YAML.</summary>
    public static Node? Read(string text, string source, FindingList findings) => new YamlText(text, source, findings).ReadDocument();

    private Node? ReadDocument()
    {
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return null;
            }

            var node = ReadNode("", 0);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                findings.Error("", At(second), "a second document starts here; a file holds one");
            }

            return node;
        }
        catch (YamlException e)
        {
            findings.Error("", At(e.Start), $"not YAML: {e.Message}");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidCastException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The parser loses its way in some broken texts ("The scanner should contain no more tokens").
            findings.Error("", parser.Current is { } current ? At(current) : new(source, 1, 1), $"not YAML: {e.Message}");
            return null;
        }
    }

    private Node ReadNode(string path, int depth)
    {
        var at = At(parser.Current!);
        builder.Count(path, at, depth);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Resolve(alias.Value.Value, path, at, depth);
        }

        if (parser.Current is not NodeEvent start)
        {
            // The parser lets some broken maps end after a key.
            throw new SyntaxErrorException(parser.Current!.Start, parser.Current.End, "a value is expected here");
        }

        Node node = start switch
        {
            Scalar => ReadScalar(path, at),
            SequenceStart => ReadList(path, at, depth),
            _ => ReadMap(path, at, depth),
        };
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private ScalarNode ReadScalar(string path, Mark at)
    {
        var scalar = parser.Consume<Scalar>();
        return new(path, at, scalar.Value, scalar.Style is not ScalarStyle.Plain);
    }

    private ListNode ReadList(string path, Mark at, int depth)
    {
        parser.Consume<SequenceStart>();
        var items = new List<Node>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        }

        return new(path, at, items);
    }

    private MapNode ReadMap(string path, Mark at, int depth)
    {
        parser.Consume<MappingStart>();
        var entries = new List<Entry>();
        var merged = new List<MapNode>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(path, depth + 1);
            var name = (key as ScalarNode)?.Text ?? "";
            var value = ReadNode(Node.Join(path, name), depth + 1);
            if (key is not ScalarNode scalar)
            {
                findings.Error(path, key.At, $"found {key.Describe()} as a field's name; a text is expected");
            }
            else if (scalar is { Text: "<<", Quoted: false })
            {
                merged.AddRange(value is ListNode list ? list.Items.OfType<MapNode>() : value is MapNode map ? [map] : []);
            }
            else
            {
                builder.Add(entries, path, new(name, key.At, value));
            }
        }

        // As YAML's merge key says: what stands in the map itself wins, then the earlier of the merged ones.
        foreach (var entry in merged.SelectMany(m => m.Entries))
        {
            if (!entries.Exists(e => e.Key == entry.Key))
            {
                entries.Add(entry with { Value = entry.Value.MovedTo(Node.Join(path, entry.Key)) });
            }
        }

        return new(path, at, entries);
    }

    private Node Resolve(string anchor, string path, Mark at, int depth)
    {
        if (!anchors.TryGetValue(anchor, out var node))
        {
            findings.Error(path, at, $"the alias *{anchor} has no anchor &{anchor} before it");
            return new ScalarNode(path, at, "", Quoted: false);
        }

        // Aliases of aliases can stand for more values than fit in memory.
        builder.Count(path, at, depth + Depth(node), Size(node));
        return node.MovedTo(path);
    }

    private static int Size(Node node) => node switch
    {
        ListNode list => 1 + list.Items.Sum(Size),
        MapNode map => 1 + map.Entries.Sum(e => 1 + Size(e.Value)),
        _ => 1,
    };

    private static int Depth(Node node) => node switch
    {
        ListNode list => 1 + list.Items.Select(Depth).DefaultIfEmpty().Max(),
        MapNode map => 1 + map.Entries.Select(e => Depth(e.Value)).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private Mark At(ParsingEvent e) => At(e.Start);

    private Mark At(YamlDotNet.Core.Mark mark) => new(source, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));
}
