using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>A file of ids, to be read by several workers in pieces, or by one where it cannot be divided (gzip, a pipe).</summary>
internal sealed class IdFile : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly Stream? stream;
    private long next;

    private IdFile(string path, SafeFileHandle? handle, Stream? stream, long length, long pieceSize)
    {
        (Path, this.handle, this.stream, Length) = (path, handle, stream, length);
        PieceSize = pieceSize;
    }

    /// <summary>For errors.</summary>
    public string Path { get; }

    private long Length { get; }

    private long PieceSize { get; }

    /// <summary>Opens it and looks whether it is gzip (1f 8b).</summary>
    public static IdFile Open(string path, long pieceSize)
    {
        var file = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        if (!file.CanSeek)
        {
            return new(path, null, file, long.MaxValue, pieceSize);
        }

        Span<byte> magic = stackalloc byte[2];
        var isGzip = RandomAccess.Read(file.SafeFileHandle, magic, 0) == 2 && magic is [0x1f, 0x8b];
        return isGzip
            ? new(path, null, new GZipStream(file, CompressionMode.Decompress), long.MaxValue, pieceSize)
            : new(path, file.SafeFileHandle, file, file.Length, pieceSize);
    }

    /// <summary>The next piece that nobody has taken; false: there is none.</summary>
    public bool TryTake(out long start, out long end)
    {
        var size = handle is null ? long.MaxValue : PieceSize;
        start = handle is null && next > 0 ? long.MaxValue : Interlocked.Add(ref next, size) - size;
        end = handle is null ? long.MaxValue : Math.Min(start + size, Length);
        return start < Length;
    }

    /// <summary>Reads some bytes; 0 at the end. What cannot be divided ignores where.</summary>
    public int Read(Span<byte> buffer, long from) => handle is null ? stream!.Read(buffer) : RandomAccess.Read(handle, buffer, from);

    public void Dispose() => stream?.Dispose();
}
