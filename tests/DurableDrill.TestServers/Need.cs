using Xunit;

namespace DurableDrill.TestServers;

/// <summary>What a test cannot do without. At home the test is skipped with the reason; where <c>CI</c> is set it fails.</summary>
public static class Need
{
    /// <summary>The value, or the end of the test.</summary>
    public static T Of<T>(T? found, string reason)
        where T : class
    {
        if (found is null && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            throw new InvalidOperationException($"May not be missing in CI: {reason}");
        }

        Skip.If(found is null, reason);
        return found!;
    }

    /// <summary>The folder of an engine's distribution, which an environment variable names.</summary>
    public static string Distribution(string variable, string engine)
    {
        var home = Environment.GetEnvironmentVariable(variable);
        return Of(Directory.Exists(home) ? home : null, $"{variable} names no {engine} distribution");
    }

    /// <summary>The nearest file of this name in the folders above the test's assembly; null: there is none.</summary>
    public static string? Above(string pattern)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, pattern);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
