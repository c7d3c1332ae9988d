namespace DurableDrill.Adapters.Files;

/// <summary>
/// Files that are there whole or not at all, whatever crashes: written beside their place, flushed to the disk, renamed, and the
/// directory flushed too. What a crash leaves behind ends in ".tmp" and is no content. A full disk throws <see cref="IOException"/>
/// and leaves the old content.
/// </summary>
public static class AtomicFile
{
    /// <summary>Ends the name of a file that is still being written.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes or replaces a file with this text (UTF-8, no byte order mark).</summary>
    public static Task WriteAsync(string path, string text, CancellationToken cancellation) =>
        WriteAsync(path, stream => WriteTextAsync(stream, text, cancellation), cancellation);

    /// <summary>Writes or replaces a file with what <paramref name="write"/> puts in the stream.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellation) =>
        await PlaceAsync(path, write, overwrite: true, cancellation);

    /// <summary>Writes or replaces a file with these bytes.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var (full, temporary) = Prepare(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            Place(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a file that must not be there yet: of two writers, one wins.</summary>
    /// <returns>False when the file is there already; it is left as it is.</returns>
    public static Task<bool> TryCreateAsync(string path, string text, CancellationToken cancellation) =>
        PlaceAsync(path, stream => WriteTextAsync(stream, text, cancellation), overwrite: false, cancellation);

    /// <summary>Writes a file that must not be there yet: of two writers, one wins.</summary>
    /// <returns>False when the file is there already; it is left as it is.</returns>
    public static Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        PlaceAsync(path, async stream => await stream.WriteAsync(content, cancellation), overwrite: false, cancellation);

    /// <summary>Removes a file for good; one that is not there is fine.</summary>
    public static void Delete(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            File.Delete(full);
            DurableDirectory.Flush(Path.GetDirectoryName(full)!);
        }
    }

    private static async Task<bool> PlaceAsync(string path, Func<Stream, Task> write, bool overwrite, CancellationToken cancellation)
    {
        var (full, temporary) = Prepare(path);
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                await write(stream);
                await stream.FlushAsync(cancellation);
                stream.Flush(flushToDisk: true);
            }

            return Place(temporary, full, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static (string Full, string Temporary) Prepare(string path)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full)!;
        DurableDirectory.Create(directory);
        return (full, Path.Combine(directory, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}{TemporarySuffix}"));
    }

    private static bool Place(string temporary, string full, bool overwrite)
    {
        if (overwrite)
        {
            File.Move(temporary, full, overwrite: true);
        }
        else
        {
            var placed = DurableDirectory.TryLink(temporary, full);
            File.Delete(temporary);
            if (!placed)
            {
                return false;
            }
        }

        DurableDirectory.Flush(Path.GetDirectoryName(full)!);
        return true;
    }

    private static async Task WriteTextAsync(Stream stream, string text, CancellationToken cancellation) =>
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellation);
}
