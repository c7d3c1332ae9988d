using System.Text.RegularExpressions;

namespace DurableDrill.Documents;

/// <summary>Names that users give: they become parts of ids, files and placeholders.</summary>
internal static partial class Names
{
    /// <summary>What <see cref="Valid"/> allows, in words.</summary>
    public const string Allowed = "letters, digits, '-', '_' and '.', a letter or digit first, at most 64";

    /// <summary>Whether a name is one.</summary>
    public static bool Valid(string name) => Pattern().IsMatch(name);

    /// <summary>A required field that holds a name; empty, with an error, when it does not.</summary>
    public static string Read(Fields fields, string field)
    {
        var name = fields.RequiredText(field, "a name");
        if (name.Length > 0 && !Valid(name))
        {
            fields.Findings.Error(fields.Find(field)!, $"found \"{name}\"; {Allowed}");
        }

        return name;
    }

    /// <summary>Notes a key that is no name.</summary>
    public static void Check(Entry entry, FindingList findings)
    {
        if (!Valid(entry.Key))
        {
            findings.Error(entry.Value.Path, entry.At, $"found the name \"{entry.Key}\"; {Allowed}");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Pattern();
}
