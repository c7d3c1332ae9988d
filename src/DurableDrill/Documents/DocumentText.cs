namespace DurableDrill.Documents;

/// <summary>Reads a text as YAML or JSON. JSON is what is called *.json, or starts with '{' and is JSON (YAML's flow maps start so too).</summary>
internal static class DocumentText
{
    /// <summary>The top map; null, with an error in the findings, where there is none.</summary>
    public static MapNode? Read(string text, string source, FindingList findings)
    {
        if (text.Length > TreeBuilder.MaxLength)
        {
            findings.Error("", new(source, 1, 1), $"the text has {text.Length} characters; at most {TreeBuilder.MaxLength} are read");
            return null;
        }

        var node = Parse(text, source, findings);
        if (node is MapNode map)
        {
            return map;
        }

        if (!findings.HasErrors)
        {
            findings.Error("", node?.At ?? new(source, 1, 1), $"found {(node is null ? "an empty text" : node.Describe())}; a map of fields is expected");
        }

        return null;
    }

    private static Node? Parse(string text, string source, FindingList findings)
    {
        try
        {
            var json = source.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                || (text.AsSpan().TrimStart(" \t\r\n\uFEFF").StartsWith("{") && JsonText.IsJson(text));
            return json ? JsonText.Read(text, source, findings) : YamlText.Read(text, source, findings);
        }
        catch (TooLargeException)
        {
            return null;
        }
    }
}
