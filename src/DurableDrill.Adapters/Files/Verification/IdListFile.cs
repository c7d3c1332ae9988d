using System.Text;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>Writes all ids of a class (docs/id-list-format.md). Ids come as chars, each a byte.</summary>
internal sealed class IdListFile : IDisposable
{
    private const int BufferSize = 1 << 20;
    private readonly FileStream file;
    private readonly byte[] buffer = new byte[BufferSize];
    private int used;

    public IdListFile(string path) => file = new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        BufferSize = 0,
    });

    /// <summary>One id.</summary>
    public void Write(string id)
    {
        Append(id);
        Append("\n");
    }

    /// <summary>Consecutive ids, from the first to the last.</summary>
    public void Write(string first, string last)
    {
        Append(first);
        Append("\t");
        Append(last);
        Append("\n");
    }

    /// <summary>Those of the ids from the first to the last whose bit is set, the lowest bit of each byte first.</summary>
    public void Write(string first, string last, ReadOnlySpan<byte> bits)
    {
        Append(first);
        Append("\t");
        Append(last);
        Append("\t");
        Reserve(bits.Length * 2);
        Convert.TryToHexStringLower(bits, buffer.AsSpan(used), out var written);
        used += written;
        Append("\n");
    }

    public void Dispose()
    {
        Flush();
        file.Dispose();
    }

    private void Append(string text)
    {
        Reserve(text.Length);
        used += Encoding.Latin1.GetBytes(text, buffer.AsSpan(used));
    }

    private void Reserve(int length)
    {
        if (buffer.Length - used < length)
        {
            Flush();
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, buffer.Length);
        }
    }

    private void Flush()
    {
        file.Write(buffer, 0, used);
        used = 0;
    }
}
