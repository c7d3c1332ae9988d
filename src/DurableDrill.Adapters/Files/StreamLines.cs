using System.Runtime.CompilerServices;
using System.Text;

namespace DurableDrill.Adapters.Files;

/// <summary>Lines in a stream: UTF-8 without a byte order mark, each ended by LF.</summary>
internal static class StreamLines
{
    public const int BufferBytes = 1 << 16;

    public static async Task WriteAsync(Stream stream, IAsyncEnumerable<string> lines, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), BufferBytes, leaveOpen: true) { NewLine = "\n" };
        await foreach (var line in lines.WithCancellation(cancellation))
        {
            await writer.WriteLineAsync(line.AsMemory(), cancellation);
        }
    }

    public static async IAsyncEnumerable<string> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, BufferBytes, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            yield return line;
        }
    }
}
