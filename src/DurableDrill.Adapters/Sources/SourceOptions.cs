using System.Globalization;
using DurableDrill.Documents;
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
    private readonly List<SourceOptions> inners = [];
    private SourceOptions? owner;
    private string prefix = "";

    /// <summary>The first key.</summary>
    public string Kind => spec.Kind;

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

    /// <summary>A reference to a secret, <c>env:NAME</c> or <c>file:PATH</c>; null when it is missing. A secret itself is an error that does not repeat it.</summary>
    public string? Reference(string name)
    {
        var value = Optional(name);
        if (value is not null && !Secrets.IsReference(value))
        {
            Wrong(name, "is no reference to a secret; allowed: env:NAME, file:PATH");
        }

        return value;
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

    /// <summary>A number; null when it is missing.</summary>
    public double? Decimal(string name)
    {
        if (Optional(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            return value;
        }

        Wrong(name, $"is \"{text}\"; allowed: a number");
        return null;
    }

    /// <summary>A duration, more than zero; null when it is missing.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Optional(name) is not { } text)
        {
            return null;
        }

        if (Quantities.TryDuration(text, out var value) && value > TimeSpan.Zero)
        {
            return value;
        }

        Wrong(name, $"is \"{text}\"; allowed: a duration such as 10s, 500ms, 1m30s");
        return null;
    }

    /// <summary>
    /// Another source inside this one, whose address is the option <paramref name="name"/> and whose options begin with that name:
    /// <c>positions: HOST:PORT, positions_user: drill</c>. Its mistakes are reported here. Null when the option is missing.
    /// </summary>
    public SourceOptions? Inner(string name)
    {
        if (Optional(name) is not { } address)
        {
            return null;
        }

        var prefix = name + "_";
        var options = spec.Options.Where(option => option.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(option => option.Key[prefix.Length..], option => option.Value);
        var inner = new SourceOptions(new(name, address, options), path) { owner = this, prefix = prefix };
        known.UnionWith(spec.Options.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)));
        inners.Add(inner);
        return inner;
    }

    /// <summary>Reports a mistake in an option; an empty name is the address.</summary>
    public void Wrong(string name, string message) => Found(Severity.Error, name, message);

    /// <summary>Something that a person should know of an option; it stops nothing.</summary>
    public void Warn(string name, string message) => Found(Severity.Warning, name, message);

    /// <summary>To be called when all options have been asked for.</summary>
    /// <returns>The warnings.</returns>
    /// <exception cref="SourceSpecException">Every mistake at once.</exception>
    public IReadOnlyList<Finding> Close()
    {
        foreach (var inner in inners)
        {
            inner.Unknown();
        }

        Unknown();
        return findings.Any(finding => finding.Severity == Severity.Error) ? throw new SourceSpecException(findings) : findings;
    }

    private void Unknown()
    {
        foreach (var name in spec.Options.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal))
        {
            Wrong(name, known.Count == 0
                ? $"is not an option: \"{spec.Kind}\" has none"
                : $"is not an option of \"{spec.Kind}\"; allowed: {string.Join(", ", known)}");
        }

    }

    private void Found(Severity severity, string name, string message) =>
        (owner ?? this).findings.Add(new(severity, $"{path}.{(name.Length == 0 ? spec.Kind : prefix + name)}", message));
}

/// <summary>A source in a target file cannot be used as it stands there.</summary>
public sealed class SourceSpecException(IReadOnlyList<Finding> findings)
    : Exception(string.Join('\n', findings.Select(finding => $"{finding.Path} {finding.Message}")))
{
    /// <summary>Every mistake, with its path.</summary>
    public IReadOnlyList<Finding> Findings { get; } = findings;
}
