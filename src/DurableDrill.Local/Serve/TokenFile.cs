using System.Security.Cryptography;

namespace DurableDrill.Local.Serve;

/// <summary>The token that a server makes for itself: a file that only its owner may read.</summary>
internal static class TokenFile
{
    /// <summary>The token in a file; one is made where there is none.</summary>
    /// <exception cref="IOException">The file is there and others may read it, or it is empty.</exception>
    public static string ReadOrMake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n"));
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new IOException($"{path} holds the server's token and others may read it: chmod 600 {path}, or remove it and a new one is made");
        }

        return File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : throw new IOException($"{path} is empty: remove it, and a token is made");
    }
}
