using System.Runtime.InteropServices;

namespace DurableDrill.Adapters.Files;

/// <summary>Directories whose entries survive a crash of the machine: a new or renamed file is only durable when its directory is flushed.</summary>
public static class DurableDirectory
{
    /// <summary>Creates a directory and those above it; each new entry is flushed.</summary>
    public static void Create(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
        {
            return;
        }

        var parent = Path.GetDirectoryName(full);
        if (parent is not null)
        {
            Create(parent);
        }

        Directory.CreateDirectory(full);
        if (parent is not null)
        {
            Flush(parent);
        }
    }

    /// <summary>Flushes a directory's entries to the disk. Windows has no such call and needs none: its renames are journaled.</summary>
    /// <exception cref="IOException">The directory cannot be opened or flushed.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET refuses to open a directory as a file, hence the calls by hand.
        var descriptor = Open(path, 0);
        if (descriptor < 0)
        {
            throw Failed(path);
        }

        try
        {
            // Some network file systems cannot flush a directory; there is nothing more to be had from them.
            const int notSupported = 22;
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() != notSupported)
            {
                throw Failed(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// Gives a file a second name that must not be there yet: the only call in which "is it there" and "put it there" are one act. (.NET's own move
    /// looks first and renames then, so that of two movers both may win.)
    /// </summary>
    /// <returns>False when the name is taken.</returns>
    /// <exception cref="IOException">The link cannot be made.</exception>
    internal static bool TryLink(string existing, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            // There, a move without overwriting is one act.
            try
            {
                File.Move(existing, name, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(name))
            {
                return false;
            }
        }

        const int exists = 17;
        return Link(existing, name) == 0
            || (Marshal.GetLastPInvokeError() == exists
                ? false
                : throw new IOException($"'{name}' cannot be made: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}."));
    }

    private static IOException Failed(string path) =>
        new($"The directory '{path}' cannot be flushed to the disk: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
