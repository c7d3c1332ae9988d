using System.Globalization;

namespace DurableDrill.Documents;

/// <summary>Turns single nodes into values; what does not fit is noted with what was found and what is allowed.</summary>
internal static class Values
{
    public static T Wrong<T>(Node node, FindingList findings, string expected, T standIn)
    {
        findings.Error(node, $"found {node.Describe()}; {expected} is expected");
        return standIn;
    }

    public static string? Text(Node node, FindingList findings, string expected = "a text") => node is ScalarNode { IsNull: false } scalar
        ? scalar.Text
        : Wrong<string?>(node, findings, expected, null);

    public static IReadOnlyList<string> Texts(Node node, FindingList findings) => node is ListNode list
        ? [.. list.Items.Select(item => Text(item, findings)).OfType<string>()]
        : Text(node, findings, "a text or a list of texts") is { } text ? [text] : [];

    public static Fields? Map(Node node, string kind, FindingList findings) =>
        node is MapNode map ? new Fields(map, kind, findings) : Wrong<Fields?>(node, findings, "a map", null);

    public static bool Flag(Node node, FindingList findings) => node switch
    {
        ScalarNode { Quoted: false, Text: "true" or "True" } => true,
        ScalarNode { Quoted: false, Text: "false" or "False" } => false,
        _ => Wrong(node, findings, "true or false", false),
    };

    public static TimeSpan? Duration(Node node, FindingList findings, DurationRange range)
    {
        if (node is not ScalarNode scalar || !Quantities.TryDuration(scalar.Text, out var value))
        {
            return Wrong<TimeSpan?>(node, findings, $"a duration such as 45s, 1m30s, 500ms or seconds as a number ({range})", null);
        }

        return range.Holds(value) ? value : Wrong<TimeSpan?>(node, findings, $"{range}", null);
    }

    public static double? Number(Node node, FindingList findings, Func<double, bool> allowed, string range)
    {
        var good = node is ScalarNode scalar
            & double.TryParse((node as ScalarNode)?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && allowed(value);
        return good ? value : Wrong<double?>(node, findings, $"a number ({range})", null);
    }

    public static long? Size(Node node, FindingList findings) =>
        node is ScalarNode scalar && Quantities.TrySize(scalar.Text, out var bytes) && bytes > 0
            ? bytes
            : Wrong<long?>(node, findings, "a size such as 64MB, 1GiB or bytes as a number (1 or more)", null);
}
