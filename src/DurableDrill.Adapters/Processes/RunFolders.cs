using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>The folder of all runs: HOME/targets.</summary>
/// <param name="root">That folder; it need not exist.</param>
public sealed class RunFolders(string root)
{
    /// <summary>Every run that was ever brought up here and whose folder is still there.</summary>
    public IReadOnlyList<RunFolder> Runs => !Directory.Exists(root)
        ? []
        : [.. Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).Select(path => new RunFolder(path))
            .Where(folder => File.Exists(folder.StatePath))];

    /// <summary>The folder of a target's run, whether it is there or not.</summary>
    /// <exception cref="TargetException">The name is no name of a target.</exception>
    public RunFolder FolderOf(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
        ? new(Path.Combine(root, name))
        : throw new TargetException($"'{name}' is no name of a target: lower case letters, digits and '-' are allowed.");
}
