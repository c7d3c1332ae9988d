namespace DurableDrill.Pipeline.Ledger;

/// <summary>Whole lines of a stream; an unterminated last line is not returned. <see cref="StreamReader"/> would not tell the two apart.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    private byte[] buffer = new byte[1 << 17];
    private int start;
    private int end;

    /// <summary>The next line without its end; null: no more.</summary>
    public byte[]? Next()
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = buffer.AsSpan(start, length).ToArray();
                start += length + 1;
                return line;
            }

            MakeRoom();
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                return null;
            }

            end += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void MakeRoom()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }
}
