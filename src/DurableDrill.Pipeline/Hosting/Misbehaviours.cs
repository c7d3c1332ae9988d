using System.CommandLine;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>The option <c>--misbehave</c>: what real components get wrong, done on purpose, so that a drill can be seen to find it.</summary>
internal static class Misbehaviours
{
    /// <summary>The option, with what each name means.</summary>
    public static Option<string[]> Option(Dictionary<string, string> known)
    {
        var option = new Option<string[]>("--misbehave")
        {
            Description = $"none, or several with commas. {string.Join("; ", known.Select(k => $"{k.Key}: {k.Value}"))}.",
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var name in Of([.. result.Tokens.Select(t => t.Value)]).Where(n => !known.ContainsKey(n)))
            {
                result.AddError($"--misbehave {name}: none, {string.Join(", ", known.Keys)} are allowed.");
            }
        });
        return option;
    }

    /// <summary>The names given.</summary>
    public static IReadOnlySet<string> Of(string[] values) => values
        .SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(v => v != "none")
        .ToHashSet();
}
