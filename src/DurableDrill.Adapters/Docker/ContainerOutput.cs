using System.Buffers.Binary;
using System.Text;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// Output as the engine frames it: for each piece the stream (1 standard output, 2 standard error), three zeros, the length in four bytes, the piece.
/// A container with a terminal sends no frames.
/// </summary>
internal static class ContainerOutput
{
    private const int Header = 8;

    /// <summary>What was written to standard output and to standard error.</summary>
    public static (string Output, string Error) Parse(ReadOnlySpan<byte> bytes)
    {
        var (output, error) = (new List<byte>(), new List<byte>());
        if (bytes.Length > 0 && (bytes.Length < Header || bytes[0] > 2 || bytes[1] != 0))
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
}

/// <summary>How a command ended, and what it said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>What it said, for a message.</summary>
    public string Words => (Error.Trim() is { Length: > 0 } error ? error : Output.Trim()) is { Length: > 0 } said ? said.ReplaceLineEndings(" ") : "it said nothing";
}
