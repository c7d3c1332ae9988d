using System.Globalization;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Sources;

/// <summary>
/// Reads the options of a source. Every mistake is collected: what is missing, what has the wrong form, and, at the end, what is not known.
/// </summary>
/// <param name="spec">The source as it stands in the target file.</param>
/// <param name="path">Where it stands there: <c>integrity.actual</c>.</param>
public sealed class SourceOptions(SourceSpec spec, string path)
{
    private readonly List<Finding> findings = [];
    private readonly SortedSet<string> known = new(StringComparer.Ordinal);

    /// <summary>The value of the first key.</summary>
    public string Address => spec.Address;

    /// <summary>The option's text; an error, and an empty text, when it is missing.</summary>
    /// <param name="name">The option.</param>
    /// <param name="meaning">What it is, for the error: "the topic's name".</param>
    public string Required(string name, string meaning)
    {
        if (Optional(name) is { } value)
        {
            return value;
        }

        Wrong(name, $"is missing: {meaning}");
        return "";
    }

    /// <summary>The option's text; null when it is missing or empty.</summary>
    public string? Optional(string name)
    {
        known.Add(name);
        return spec.Options.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }

    /// <summary>One of some words.</summary>
    public string OneOf(string name, string fallback, params IReadOnlyList<string> allowed)
    {
        var value = Optional(name) ?? fallback;
        if (!allowed.Contains(value))
        {
            Wrong(name, $"is \"{value}\"; allowed: {string.Join(", ", allowed)}");
        }

        return value;
    }

    /// <summary>true or false.</summary>
    public bool Flag(string name, bool fallback) => OneOf(name, fallback ? "true" : "false", "true", "false") == "true";

    /// <summary>A whole number within bounds; null when it is missing.</summary>
    public long? Number(string name, long min, long max)
    {
        if (Optional(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Wrong(name, $"is \"{text}\"; allowed: a whole number from {min} to {max}");
        return null;
    }

    /// <summary>Reports a mistake in an option; an empty name is the address.</summary>
    public void Wrong(string name, string message) =>
        findings.Add(new(Severity.Error, $"{path}.{(name.Length == 0 ? spec.Kind : name)}", message));

    /// <summary>To be called when all options have been asked for.</summary>
    /// <exception cref="SourceSpecException">Every mistake at once.</exception>
    public void Close()
    {
        foreach (var name in spec.Options.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal))
        {
            Wrong(name, known.Count == 0
                ? $"is not an option: \"{spec.Kind}\" has none"
                : $"is not an option of \"{spec.Kind}\"; allowed: {string.Join(", ", known)}");
        }

        if (findings.Count > 0)
        {
            throw new SourceSpecException(findings);
        }
    }
}

/// <summary>A source in a target file cannot be used as it stands there.</summary>
public sealed class SourceSpecException(IReadOnlyList<Finding> findings)
    : Exception(string.Join('\n', findings.Select(finding => $"{finding.Path} {finding.Message}")))
{
    /// <summary>Every mistake, with its path.</summary>
    public IReadOnlyList<Finding> Findings { get; } = findings;
}
