using System.Text;

namespace DurableDrill.Targets;

/// <summary><c>${name}</c> in texts; <c>$${</c> stands for a literal <c>${</c>.</summary>
internal static class Placeholders
{
    /// <summary>Replaces each placeholder.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">What a name stands for; null leaves the placeholder as it is.</param>
    /// <param name="unescape">Whether <c>$${</c> becomes <c>${</c>; only the last pass over a text does.</param>
    public static string Replace(string text, Func<string, string?> value, bool unescape)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (text.AsSpan(i).StartsWith("$${"))
            {
                result.Append(unescape ? "${" : "$${");
                i += 3;
            }
            else if (text.AsSpan(i).StartsWith("${") && text.IndexOf('}', i) is var end and > 0)
            {
                result.Append(value(text[(i + 2)..end]) ?? text[i..(end + 1)]);
                i = end + 1;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    /// <summary>The names of all placeholders in a text.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        var names = new List<string>();
        Replace(text, name =>
        {
            names.Add(name);
            return null;
        }, unescape: false);
        return names;
    }
}
