using DurableDrill.Adapters.Processes;
using DurableDrill.Local.Targets;
using DurableDrill.Targets;

namespace DurableDrill.Local.Cli;

/// <summary>Turns what was typed after <c>--target</c> into a definition, or says why not and what there is.</summary>
internal static class TargetChoice
{
    /// <summary>The definition of the target as it is up in this home; one that is not up is read from its file.</summary>
    /// <exception cref="CliException">There is no such target, or its file has mistakes: all of them.</exception>
    public static async Task<TargetDefinition> ReadAsync(
        string home, string nameOrPath, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellation)
    {
        var up = TargetFiles.LooksLikePath(nameOrPath) ? null : await new Pipelines(home).ReadAsync(nameOrPath, cancellation);
        if (up is { Phase: RunPhase.Up } && parameters.Count > 0)
        {
            throw new CliException($"\"{nameOrPath}\" is up already: --set has no effect on it; take it down first (drill down {nameOrPath})");
        }

        return up is { Phase: RunPhase.Up } ? up.Definition : await ReadFileAsync(nameOrPath, parameters, cancellation);
    }

    /// <summary>The definition in a file; placeholders that only "up" can fill in stay.</summary>
    /// <exception cref="CliException">There is no such file, or it has mistakes: all of them.</exception>
    public static async Task<TargetDefinition> ReadFileAsync(
        string nameOrPath, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellation)
    {
        var reading = await TargetFiles.ReadAsync(Require(nameOrPath), parameters, cancellation);
        return reading.Value ?? throw new CliException([.. reading.Errors]);
    }

    /// <summary>The path of a target file.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static string Require(string nameOrPath) => TargetFiles.Find(nameOrPath)
        ?? throw new CliException(TargetFiles.LooksLikePath(nameOrPath)
            ? $"there is no target file {nameOrPath}"
            : $"there is no target \"{nameOrPath}\"; there are {string.Join(", ", TargetFiles.ShippedNames())}, or give the path of a file");
}
