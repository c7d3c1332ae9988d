using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableDrill.Adapters.Prometheus;

/// <summary>Picks samples out of the Prometheus text format by name and by labels that must be equal: <c>name{label="x"}</c>.</summary>
internal sealed partial class MetricSelector
{
    private readonly string text;
    private readonly string name;
    private readonly (string Label, string Value)[] labels;

    private MetricSelector(string text, string name, (string, string)[] labels)
    {
        this.text = text;
        this.name = name;
        this.labels = labels;
    }

    /// <summary>Reads a selector; null when it is none.</summary>
    public static MetricSelector? TryParse(string text)
    {
        var match = Selector().Match(text.Trim());
        return match.Success ? new(text, match.Groups["name"].Value, [.. Labels(match.Groups["labels"].Value)]) : null;
    }

    /// <summary>The sum of all samples that match; null when none does. NaN where one of them is NaN.</summary>
    public double? Sum(string body)
    {
        double? sum = null;
        foreach (var line in body.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && Value(line) is { } value)
            {
                sum = (sum ?? 0) + value;
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public override string ToString() => text;

    private double? Value(ReadOnlySpan<char> line)
    {
        var match = Sample().Match(line.ToString());
        if (!match.Success || match.Groups["name"].Value != name)
        {
            return null;
        }

        if (labels.Length > 0)
        {
            var found = Labels(match.Groups["labels"].Value).ToList();
            if (!labels.All(found.Contains))
            {
                return null;
            }
        }

        return match.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        };
    }

    private static IEnumerable<(string Label, string Value)> Labels(string text) =>
        Label().Matches(text).Select(label => (
            label.Groups["label"].Value,
            Escape().Replace(label.Groups["value"].Value, escape => escape.Value == "\\n" ? "\n" : escape.Value[1..])));

    [GeneratedRegex("^(?<name>[A-Za-z_:][A-Za-z0-9_:]*)(\\{(?<labels>(\\s*[A-Za-z_][A-Za-z0-9_]*\\s*=\\s*\"(\\\\.|[^\"\\\\])*\"\\s*,?)*)\\s*\\})?$")]
    private static partial Regex Selector();

    [GeneratedRegex("^(?<name>[A-Za-z_:][A-Za-z0-9_:]*)\\s*(\\{(?<labels>([^\"}]|\"(\\\\.|[^\"\\\\])*\")*)\\})?\\s*(?<value>\\S+)(\\s+-?\\d+)?\\s*$")]
    private static partial Regex Sample();

    [GeneratedRegex("(?<label>[A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*\"(?<value>(\\\\.|[^\"\\\\])*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("\\\\.")]
    private static partial Regex Escape();
}
