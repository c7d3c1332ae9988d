using DurableDrill.Documents;

namespace DurableDrill.Targets;

/// <summary>Reads a source: <c>{ kafka: localhost:29092, topic: events }</c>. The first key is the kind; which kinds and options there are, the adapters say.</summary>
internal static class SourceReader
{
    /// <summary>The source; null, with an error, when it is none.</summary>
    public static SourceSpec? Read(Node node, FindingList findings, string example)
    {
        if (node is not MapNode map || map.Entries.Count == 0)
        {
            return Values.Wrong<SourceSpec?>(node, findings, $"a source such as {example}", null);
        }

        var texts = map.Entries.Where(e => !e.Value.IsNull)
            .Select(e => (e.Key, Text: Values.Text(e.Value, findings, "a text, number, true or false") ?? "")).ToList();
        return texts.Count == 0 || texts[0].Key != map.Entries[0].Key
            ? Values.Wrong<SourceSpec?>(map.Entries[0].Value, findings, "an address", null)
            : new(texts[0].Key, texts[0].Text, texts.Skip(1).ToDictionary(t => t.Key, t => t.Text));
    }

    /// <summary>A field that holds a source; null when it is left out.</summary>
    public static SourceSpec? Read(Fields fields, string name, string example) =>
        fields.Find(name) is { } node ? Read(node, fields.Findings, example) : null;
}
