using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using DurableDrill.Adapters.Files;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// Output as the engine frames it: for each piece the stream (1 standard output, 2 standard error), three zeros, the length in four bytes, the piece.
/// </summary>
internal static class ContainerOutput
{
    private const int Header = 8;
    private const int MostErrors = 2000;

    /// <summary>What was written to standard output and to standard error.</summary>
    public static (string Output, string Error) Parse(ReadOnlySpan<byte> bytes)
    {
        var (output, error) = (new List<byte>(), new List<byte>());
        if (bytes.Length > 0 && !IsFrame(bytes))
        {
            return (Encoding.UTF8.GetString(bytes), "");
        }

        while (bytes.Length >= Header)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), (uint)(bytes.Length - Header));
            (bytes[0] == 2 ? error : output).AddRange(bytes.Slice(Header, length));
            bytes = bytes[(Header + length)..];
        }

        return (Encoding.UTF8.GetString([.. output]), Encoding.UTF8.GetString([.. error]));
    }

    /// <summary>The lines of standard output, while they come.</summary>
    /// <param name="framed">What the engine sends; disposed at the end.</param>
    /// <param name="errors">Takes the beginning of what is written to standard error; null: its lines are among the others.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async IAsyncEnumerable<string> LinesAsync(Stream framed, StringBuilder? errors, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var _ = framed;
        var pipe = new Pipe();
        var copying = CopyAsync(framed, pipe.Writer, errors, cancellation);
        await using (var output = pipe.Reader.AsStream())
        {
            await foreach (var line in StreamLines.ReadAsync(output, cancellation))
            {
                yield return line;
            }
        }

        await copying;
    }

    private static async Task CopyAsync(Stream framed, PipeWriter output, StringBuilder? errors, CancellationToken cancellation)
    {
        Exception? failure = null;
        try
        {
            var header = new byte[Header];
            var read = await framed.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false, cancellation);
            if (read > 0 && !IsFrame(header.AsSpan(0, read)))
            {
                output.Write(header.AsSpan(0, read));
                await framed.CopyToAsync(output, cancellation);
                return;
            }

            for (; read == Header; read = await framed.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false, cancellation))
            {
                var left = (long)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                while (left > 0)
                {
                    var room = output.GetMemory();
                    var piece = room[..(int)Math.Min(room.Length, left)];
                    var length = await framed.ReadAsync(piece, cancellation);
                    if (length == 0)
                    {
                        throw new EndOfStreamException("the engine ended within a piece of output");
                    }

                    left -= length;
                    if (header[0] == 2 && errors is not null)
                    {
                        errors.Append(Encoding.UTF8.GetString(piece.Span[..Math.Min(length, MostErrors - Math.Min(errors.Length, MostErrors))]));
                        continue;
                    }

                    output.Advance(length);
                    if ((await output.FlushAsync(cancellation)).IsCompleted)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception error)
        {
            failure = error;
        }
        finally
        {
            await output.CompleteAsync(failure);
        }
    }

    /// <summary>A container with a terminal sends no frames.</summary>
    private static bool IsFrame(ReadOnlySpan<byte> bytes) => bytes.Length >= Header && bytes[0] <= 2 && bytes[1] == 0;
}
