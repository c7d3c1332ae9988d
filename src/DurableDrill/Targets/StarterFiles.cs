namespace DurableDrill.Targets;

/// <summary>What <c>drill init</c> writes: a first target file with its questions marked, and the JSON Schemas that let editors check it.</summary>
public static class StarterFiles
{
    /// <summary>The files, by path from the folder that is set up; the target file is named after the pipeline.</summary>
    /// <param name="name">The target's name: lower case letters, digits and '-'.</param>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    public static IReadOnlyDictionary<string, string> For(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? new Dictionary<string, string>
            {
                [$"{name}.yaml"] = Resource("target.yaml").Replace("my-pipeline", name, StringComparison.Ordinal),
                ["schema/target.schema.json"] = TargetSchema,
                ["schema/plan.schema.json"] = PlanSchema,
            }
            : throw new ArgumentException($"found \"{name}\"; lower case letters, digits and '-' are allowed, at most 64", nameof(name));

    /// <summary>JSON Schema of target files.</summary>
    public static string TargetSchema => Resource("target.schema.json");

    /// <summary>JSON Schema of plans.</summary>
    public static string PlanSchema => Resource("plan.schema.json");

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(StarterFiles).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
