using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableDrill.Adapters.Sources;

/// <summary>A path to one value in a JSON document: <c>$.order.lines[0].id</c>, <c>$['odd name']</c>. No wildcards and no filters.</summary>
public sealed partial class JsonPath
{
    private readonly string text;
    private readonly IReadOnlyList<object> steps;

    private JsonPath(string text, IReadOnlyList<object> steps)
    {
        this.text = text;
        this.steps = steps;
    }

    /// <summary>Reads a path; null when it is none.</summary>
    public static JsonPath? TryParse(string text)
    {
        if (!Form().IsMatch(text))
        {
            return null;
        }

        return new(text, [.. Step().Matches(text).Select(step =>
            step.Groups["index"].Success ? (object)int.Parse(step.Groups["index"].ValueSpan, CultureInfo.InvariantCulture)
            : step.Groups["quoted"].Success ? step.Groups["quoted"].Value
            : step.Groups["name"].Value)]);
    }

    /// <summary>The value; null when there is none at this path. A JSON null is a value.</summary>
    public JsonElement? Find(JsonElement root)
    {
        var at = root;
        foreach (var step in steps)
        {
            if (step is string name)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                {
                    return null;
                }
            }
            else if (at.ValueKind == JsonValueKind.Array && (int)step < at.GetArrayLength())
            {
                at = at[(int)step];
            }
            else
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>The value's text: of a string its characters, of anything else its JSON as written, so that 18.50 stays 18.50; null when there is none.</summary>
    public string? FindText(JsonElement root) => Find(root) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Null } or null => null,
        { } value => value.GetRawText(),
    };

    /// <inheritdoc/>
    public override string ToString() => text;

    [GeneratedRegex(@"^\$(\.[A-Za-z0-9_\-]+|\[\d{1,9}\]|\['[^']*'\])*$")]
    private static partial Regex Form();

    [GeneratedRegex(@"\.(?<name>[A-Za-z0-9_\-]+)|\[(?<index>\d+)\]|\['(?<quoted>[^']*)'\]")]
    private static partial Regex Step();
}
