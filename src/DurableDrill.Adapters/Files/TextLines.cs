using System.IO.Compression;

namespace DurableDrill.Adapters.Files;

/// <summary>The lines of a file, gzip or not, as bytes. A reader of text would not say whether the last line is ended.</summary>
internal sealed class TextLines : IDisposable
{
    private readonly Stream stream;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;

    private TextLines(Stream stream) => this.stream = stream;

    /// <summary>Whether the line that was returned last had its end of line.</summary>
    public bool Terminated { get; private set; }

    /// <summary>How many lines have been returned.</summary>
    public long Number { get; private set; }

    /// <summary>Opens a file that another process may still write.</summary>
    public static TextLines Open(string path) => new(OpenStream(path));

    /// <summary>The file's content, unpacked where it begins as gzip does (1f 8b).</summary>
    public static Stream OpenStream(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        Span<byte> magic = stackalloc byte[2];
        var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>The next line without its end (LF); valid until the next call. False: there is none.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                return Take(searched + length, terminated: true, out line);
            }

            searched = end - start;
            MakeRoom();
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                return Take(searched, terminated: false, out line);
            }

            end += read;
        }
    }

    public void Dispose() => stream.Dispose();

    private bool Take(int length, bool terminated, out ReadOnlySpan<byte> line)
    {
        line = buffer.AsSpan(start, length);
        Terminated = terminated;
        start += terminated ? length + 1 : length;
        var found = terminated || length > 0;
        Number += found ? 1 : 0;
        return found;
    }

    private void MakeRoom()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
