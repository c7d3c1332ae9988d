using System.Runtime.InteropServices;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>Reads pieces of a file and has their lines scanned. A line belongs to the piece in which it begins.</summary>
internal sealed unsafe class PieceReader : IDisposable
{
    private byte* memory;
    private int capacity;

    public PieceReader(int blockSize) => Resize(blockSize);

    private byte* Buffer => memory + LineScanner.Margin;

    /// <summary>Reads pieces until none is left.</summary>
    public void ReadAll(IdFile file, Tally tally)
    {
        while (file.TryTake(out var start, out var end))
        {
            ReadPiece(file, start, end, tally);
        }
    }

    public void Dispose() => NativeMemory.Free(memory);

    private void ReadPiece(IdFile file, long start, long end, Tally tally)
    {
        // The byte before tells whether a line begins at the start.
        var position = start > 0 ? start - 1 : 0;
        var inEarlierLine = start > 0;
        var kept = 0;
        while (position < end)
        {
            MakeRoom(kept);
            var read = file.Read(new(Buffer + kept, (int)Math.Min(capacity - kept, end - position)), position);
            if (read == 0)
            {
                Finish(kept, inEarlierLine, tally);
                return;
            }

            position += read;
            kept = Scan(kept + read, read, ref inEarlierLine, tally);
        }

        // The last line may end in a later piece.
        while (kept > 0)
        {
            MakeRoom(kept);
            var read = file.Read(new(Buffer + kept, Math.Min(capacity - kept, 4096)), position);
            var length = new ReadOnlySpan<byte>(Buffer + kept, read).IndexOf((byte)'\n');
            if (read == 0 || length >= 0)
            {
                Finish(kept + Math.Max(length, 0), inEarlierLine, tally);
                return;
            }

            position += read;
            kept += read;
        }
    }

    /// <summary>Scans the whole lines of what is there, of which the last bytes are new; moves the rest to the front and returns its length.</summary>
    private int Scan(int length, int added, ref bool inEarlierLine, Tally tally)
    {
        var first = 0;
        if (inEarlierLine)
        {
            first = new ReadOnlySpan<byte>(Buffer, length).IndexOf((byte)'\n') + 1;
            if (first == 0)
            {
                return 0;
            }

            inEarlierLine = false;
        }

        var last = new ReadOnlySpan<byte>(Buffer + length - added, added).LastIndexOf((byte)'\n');
        if (last < 0)
        {
            return length;
        }

        var whole = length - added + last + 1;
        LineScanner.Scan(Buffer + first, Buffer + whole, tally);
        new ReadOnlySpan<byte>(Buffer + whole, length - whole).CopyTo(new(Buffer, length - whole));
        return length - whole;
    }

    private void Finish(int length, bool inEarlierLine, Tally tally)
    {
        if (length > 0 && !inEarlierLine)
        {
            tally.Add(new(Buffer, length));
        }
    }

    private void MakeRoom(int kept)
    {
        if (kept > capacity / 2)
        {
            Resize(checked(capacity * 2));
        }
    }

    private void Resize(int size)
    {
        capacity = size;
        memory = (byte*)NativeMemory.Realloc(memory, (nuint)size + 2 * LineScanner.Margin);
    }
}
