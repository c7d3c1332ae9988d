using DurableDrill.Adapters.Sources;
using DurableDrill.Documents;
using DurableDrill.Targets;

namespace DurableDrill.Local.Targets;

/// <summary>Finds target files: by path, or by the name of one that ships with the program.</summary>
internal static class TargetFiles
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>The folder of the target files that ship.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "targets");

    /// <summary>The target files that ship, by name, in order.</summary>
    public static IReadOnlyList<string> ShippedNames() =>
        [.. Directory.EnumerateFiles(Shipped, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The file that a name or a path stands for; null when there is none.</summary>
    public static string? Find(string nameOrPath)
    {
        if (File.Exists(nameOrPath))
        {
            return Path.GetFullPath(nameOrPath);
        }

        var shipped = Path.Combine(Shipped, nameOrPath + ".yaml");
        return Path.GetFileName(nameOrPath) == nameOrPath && File.Exists(shipped) ? shipped : null;
    }

    /// <summary>Whether a text is meant as a path, not as a name.</summary>
    public static bool LooksLikePath(string text) => text.Contains(Path.DirectorySeparatorChar) || Endings.Any(text.EndsWith);

    /// <summary>Reads a target file, with the parameters given on the command line over those in the file.</summary>
    public static async Task<Reading<TargetDefinition>> ReadAsync(
        string path, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellation) =>
        TargetReader.Read(await File.ReadAllTextAsync(path, cancellation), path, new()
        {
            Parameters = parameters,
            Load = Load,
            CheckSource = SourceChecks.Check,
        });

    /// <summary>What <c>extends</c> names lies beside the file that extends, or ships with the program.</summary>
    private static (string Text, string Source)? Load(string name, string from)
    {
        var path = new[] { Path.GetDirectoryName(from)!, Shipped }
            .Select(folder => Path.GetFullPath(Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        return path is null ? null : (File.ReadAllText(path), path);
    }
}
