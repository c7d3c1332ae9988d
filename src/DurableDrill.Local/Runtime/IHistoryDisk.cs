using DurableDrill.Adapters.Files;

namespace DurableDrill.Local.Runtime;

/// <summary>Where histories are kept. What these calls have returned from survives a crash of the machine.</summary>
internal interface IHistoryDisk
{
    /// <summary>Puts a whole history in place of what was there, at once or not at all.</summary>
    void Replace(string path, ReadOnlySpan<byte> content);

    /// <summary>Adds whole lines at the end. When it throws, the file may end in a part of them.</summary>
    void Append(string path, ReadOnlySpan<byte> lines);

    /// <summary>Cuts a file off.</summary>
    void Truncate(string path, long length);
}

/// <summary>The real disk: every call is flushed.</summary>
internal sealed class HistoryDisk : IHistoryDisk
{
    public void Replace(string path, ReadOnlySpan<byte> content) => AtomicFile.Write(path, content);

    public void Append(string path, ReadOnlySpan<byte> lines)
    {
        // Opened anew each time: a turn is rare next to what an open costs, and no handle outlives its instance.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Seek(0, SeekOrigin.End);
        file.Write(lines);
        file.Flush(flushToDisk: true);
    }

    public void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }
}
