using System.Collections;

namespace DurableDrill.Adapters.Processes;

/// <summary>
/// The part of "up"'s environment that a component started later, by another shell or the watchdog, must find again: where programs and
/// libraries are and how text and time are written. Nothing else, for an environment holds secrets.
/// </summary>
internal static class KeptEnvironment
{
    private static readonly string[] Names = ["PATH", "LD_LIBRARY_PATH", "HOME", "USER", "TMPDIR", "TZ", "LANG"];
    private static readonly string[] Prefixes = ["LC_", "DOTNET_"];
    private static readonly string[] Suffixes = ["_HOME", "_ROOT"];

    public static IReadOnlyDictionary<string, string> Read() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(entry => ((string)entry.Key, (string)entry.Value!))
        .Where(entry => Names.Contains(entry.Item1)
            || Prefixes.Any(prefix => entry.Item1.StartsWith(prefix, StringComparison.Ordinal))
            || Suffixes.Any(suffix => entry.Item1.EndsWith(suffix, StringComparison.Ordinal)))
        .ToDictionary(entry => entry.Item1, entry => entry.Item2);
}
