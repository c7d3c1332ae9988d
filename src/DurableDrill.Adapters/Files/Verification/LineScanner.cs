using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>
/// Reads ids out of whole lines. Fast for lines of the prefix that was seen last, up to 15 digits and the usual end: line ends are found 64 bytes
/// at a time, and a number is read as one vector that ends with its line. Any other line goes to <see cref="Tally.Add"/>, which may change the prefix.
/// </summary>
internal static unsafe class LineScanner
{
    /// <summary>Bytes before the first line and after the last one that may be read, whatever is there.</summary>
    public const int Margin = 64;

    private const int Lanes = 16;
    private const int EntriesInALine = 64 / sizeof(uint);

    // By number of digits: how much a lane may be above "0", and which lanes count. The last lane is the end of the line.
    private static readonly Vector128<byte>[] Limits = [.. Enumerable.Range(0, FamilyId.MaxDigits + 1).Select(digits => LaneBytes(digits, 9, 0))];
    private static readonly Vector128<byte>[] Masks = [.. Enumerable.Range(0, FamilyId.MaxDigits + 1).Select(digits => LaneBytes(digits, 0xff, 0xff))];

    private enum Stop
    {
        /// <summary>No line is left.</summary>
        End,

        /// <summary>The line is not of the usual form.</summary>
        Odd,

        /// <summary>The line's number has been written, and its bucket is full.</summary>
        Full,
    }

    /// <summary>Where the scanner is, while it is not in its loop.</summary>
    private struct Position
    {
        public byte* Line;
        public byte* Block;

        /// <summary>The line ends of the block that are still to be scanned.</summary>
        public ulong Ends;

        public int Family;
        public ulong At;
        public uint* Cursor;
    }

    /// <summary>Scans lines; <paramref name="end"/> is after the last LF.</summary>
    public static void Scan(byte* start, byte* end, Tally tally)
    {
        var length = new ReadOnlySpan<byte>(start, (int)(end - start)).IndexOf((byte)'\n');
        if (length < 0)
        {
            return;
        }

        // Where CR comes before LF, the line ends a byte earlier.
        var cr = length > 0 && start[length - 1] == '\r' ? 1 : 0;
        var position = new Position { Line = start, Block = start, Ends = LineEnds(start, end) };
        while (true)
        {
            SkipFixedLines(ref position, end, cr, tally);
            var stop = tally.Current is { } table && table.IsFast && Sse41.IsSupported ? Run(ref position, end, cr, table) : NextLine(ref position, end);
            switch (stop)
            {
                case Stop.End:
                    return;
                case Stop.Full:
                    tally.Current!.Full(position.Family, position.At, position.Cursor);
                    break;
                default:
                    var lf = position.Block + BitOperations.TrailingZeroCount(position.Ends);
                    tally.Add(new(position.Line, (int)(lf - position.Line)));
                    position.Line = lf + 1;
                    position.Ends &= position.Ends - 1;
                    break;
            }
        }
    }

    /// <summary>Reads what is of the form of the next line, as far as that goes.</summary>
    private static void SkipFixedLines(ref Position position, byte* end, int cr, Tally tally)
    {
        if (tally.Current is not { } table || !Avx2.IsSupported || NextLine(ref position, end) == Stop.End)
        {
            return;
        }

        var after = position.Block + BitOperations.TrailingZeroCount(position.Ends) + 1;
        if (FixedLines.TryOf(new(position.Line, (int)(after - position.Line)), cr, table, out var lines))
        {
            var line = lines.Run(position.Line, end);
            if (line != position.Line)
            {
                position.Line = line;
                position.Block = line;
                position.Ends = line < end ? LineEnds(line, end) : 0;
            }
        }
    }

    /// <summary>Goes to the block with the next line end.</summary>
    private static Stop NextLine(ref Position position, byte* end)
    {
        while (position.Ends == 0)
        {
            position.Block += 64;
            if (position.Block >= end)
            {
                return Stop.End;
            }

            position.Ends = LineEnds(position.Block, end);
        }

        return Stop.Odd;
    }

    /// <summary>The loop, without a call in it, so that all it needs stays in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Stop Run(ref Position position, byte* end, int cr, PrefixTable table)
    {
        // Fifteen digits and the end of the line: tens and ones of each pair, hundreds of each four, then 10^8.
        var pairs = Vector128.Create((sbyte)10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 100, 10, 1, 0);
        var fours = Vector128.Create((short)100, 1, 100, 1, 100, 1, 1, 1);
        var eights = Vector128.Create((short)10000, 1, 1000, 1, 10000, 1, 1000, 1);
        var zeros = Vector128.Create((byte)'0').WithElement(Lanes - 1, (byte)(cr == 1 ? '\r' : '\n'));
        var prefix = table.Value;
        var prefixMask = table.Mask;
        var entries = table.Entries;
        var least = (nint)table.LeastDigits;
        var room = (nuint)(FamilyId.MaxDigits - least);
        var beforeDigits = cr + table.Prefix.Length;

        var line = position.Line;
        var block = position.Block;
        var ends = position.Ends;
        fixed (Vector128<byte>* limits = Limits, masks = Masks)
        {
            var family = 0;
            var cursors = entries[0].Cursors;
            var first = entries[0].Base;
            while (true)
            {
                while (ends == 0)
                {
                    block += 64;
                    if (block >= end)
                    {
                        return Stop.End;
                    }

                    ends = LineEnds(block, end);
                }

                var lf = block + BitOperations.TrailingZeroCount(ends);
                var digits = (nint)(lf - line) - beforeDigits;
                if ((nuint)(digits - least) > room)
                {
                    break;
                }

                var textEnd = lf - cr;
                var left = (Vector128.Load(textEnd - (Lanes - 1)) - zeros) & masks[digits];
                var odd = Sse2.SubtractSaturate(left, limits[digits]) | ((Vector128.Load(line) ^ prefix) & prefixMask);
                var halves = Sse2.MultiplyAddAdjacent(
                    Sse41.PackUnsignedSaturate(
                        Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(left, pairs), fours), Vector128<int>.Zero).AsInt16(),
                    eights).AsUInt64().ToScalar();
                var number = (uint)halves * 10_000_000UL + (halves >> 32);
                var written = *(textEnd - digits) == '0' ? (int)digits : 0;
                if (written != family)
                {
                    // "0" is natural; what has leading zeros is of the family of its length.
                    family = written == 1 ? 0 : written;
                    cursors = entries[family].Cursors;
                    first = entries[family].Base;
                }

                var at = (number >> SequenceFamily.ChunkBits) - first;
                if (odd != Vector128<byte>.Zero || at >= SequenceFamily.Window)
                {
                    break;
                }

                line = lf + 1;
                ends &= ends - 1;
                var cursor = cursors[at];
                *cursor++ = (uint)number & SequenceFamily.OffsetMask;
                // The next line of the bucket comes while this one is filled.
                Sse.Prefetch0(cursor + EntriesInALine);
                cursors[at] = cursor;
                if (((nint)cursor & (SequenceFamily.BucketBytes - 1)) == 0)
                {
                    position = new() { Line = line, Block = block, Ends = ends, Family = family, At = at, Cursor = cursor };
                    return Stop.Full;
                }
            }
        }

        position.Line = line;
        position.Block = block;
        position.Ends = ends;
        return Stop.Odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LineEnds(byte* block, byte* end)
    {
        var lineEnd = Vector256.Create((byte)'\n');
        var ends = Vector256.Equals(Vector256.Load(block), lineEnd).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(Vector256.Load(block + 32), lineEnd).ExtractMostSignificantBits() << 32;
        return end - block < 64 ? ends & ((1UL << (int)(end - block)) - 1) : ends;
    }

    private static Vector128<byte> LaneBytes(int digits, byte ofADigit, byte ofTheEnd)
    {
        Span<byte> lanes = stackalloc byte[Lanes];
        lanes[(Lanes - 1 - digits)..].Fill(ofADigit);
        lanes[Lanes - 1] = ofTheEnd;
        return Vector128.Create<byte>(lanes);
    }
}
