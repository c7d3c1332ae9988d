using DurableDrill.Documents;

namespace DurableDrill.Targets;

/// <summary>What a source in a target file is for.</summary>
public enum SourceUse
{
    /// <summary>It is read as a signal: a number, several times a second.</summary>
    Signal,

    /// <summary>It holds the ids of events.</summary>
    Ids,

    /// <summary>It tells whether a component is healthy.</summary>
    Health,

    /// <summary>It is a request that asks a component to pause or resume.</summary>
    Action,
}

/// <summary>
/// Reads a source: <c>{ kafka: localhost:29092, topic: events }</c>. The first key is the kind; which kinds and options there are, the adapters
/// say through <see cref="TargetReadOptions.CheckSource"/>.
/// </summary>
internal sealed class SourceReader(TargetReadOptions options)
{
    private const string HttpExample = "{ http: POST http://localhost:5000/pause }";

    /// <summary>The source; null, with an error, when it is none.</summary>
    public SourceSpec? Read(Node node, SourceUse use, FindingList findings)
    {
        if (node is not MapNode map || map.Entries.Count == 0)
        {
            return Values.Wrong<SourceSpec?>(node, findings, $"a source such as {Example(use)}", null);
        }

        if (map.Entries[0].Value.IsNull)
        {
            return Values.Wrong<SourceSpec?>(map.Entries[0].Value, findings, "an address", null);
        }

        var texts = map.Entries.Where(e => !e.Value.IsNull)
            .Select(e => (e.Key, Text: Values.Text(e.Value, findings, "a text, number, true or false"))).ToList();
        var spec = new SourceSpec(texts[0].Key, texts[0].Text ?? "", texts.Skip(1).ToDictionary(t => t.Key, t => t.Text ?? ""));
        if (texts.TrueForAll(t => t.Text is not null))
        {
            Check(map, spec, use, findings);
        }

        return spec;
    }

    /// <summary>A field that holds a source; null when it is left out.</summary>
    public SourceSpec? Read(Fields fields, string name, SourceUse use) =>
        fields.Find(name) is { } node ? Read(node, use, fields.Findings) : null;

    /// <summary>Asks the adapters. What is known only at "up" is filled in by samples, so that forms can be checked.</summary>
    private void Check(MapNode map, SourceSpec spec, SourceUse use, FindingList findings)
    {
        var sample = spec with
        {
            Address = Sample(spec.Address),
            Options = spec.Options.ToDictionary(o => o.Key, o => Sample(o.Value)),
        };
        foreach (var finding in options.CheckSource(use, sample, map.Path))
        {
            var entry = map.Entries.FirstOrDefault(e => e.Value.Path == finding.Path);
            findings.Add(finding with { At = entry?.At ?? map.At });
        }
    }

    private static string Sample(string text) =>
        Placeholders.Replace(text, name => name.StartsWith("port.", StringComparison.Ordinal) ? "1" : $"/{name}", unescape: true);

    private static string Example(SourceUse use) => use switch
    {
        SourceUse.Health => "{ tcp: localhost:9042 }",
        SourceUse.Action => HttpExample,
        _ => "{ kafka: localhost:9092, topic: events }",
    };
}
