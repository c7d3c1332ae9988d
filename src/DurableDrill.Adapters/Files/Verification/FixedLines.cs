using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>
/// Lines of one length, of at most 16 bytes with their end, all of one family: four at a time, and nobody looks for their ends.
/// A line is checked against a template: the prefix and the end as they are, digits from 0 to 9, the first of which says the family.
/// </summary>
internal readonly unsafe struct FixedLines
{
    private const int Lanes = 16;
    private const int EntriesInALine = 64 / sizeof(uint);

    private readonly Vector256<byte> template;
    private readonly Vector256<byte> mask;
    private readonly Vector256<byte> limit;
    private readonly ulong leading;
    private readonly uint** cursors;
    private readonly ulong first;
    private readonly PrefixTable owner;

    private FixedLines(ReadOnlySpan<byte> line, PrefixTable table, int digits)
    {
        Stride = line.Length;
        Family = line[table.Prefix.Length] == '0' ? digits : 0;
        var start = Lanes - line.Length;
        var digitsAt = start + table.Prefix.Length;
        Span<byte> lanes = stackalloc byte[Lanes];
        line.CopyTo(lanes[start..]);
        lanes.Slice(digitsAt, digits).Fill((byte)'0');
        // Natural numbers begin with 1 to 9, padded ones with 0.
        lanes[digitsAt] = (byte)(Family == 0 ? '1' : '0');
        template = Twice(Vector128.Create<byte>(lanes));
        lanes.Clear();
        lanes.Slice(digitsAt, digits).Fill(9);
        lanes[digitsAt] = (byte)(Family == 0 ? 8 : 0);
        limit = Twice(Vector128.Create<byte>(lanes));
        lanes[..start].Clear();
        lanes[start..].Fill(0xff);
        mask = Twice(Vector128.Create<byte>(lanes));
        leading = Family == 0 ? (ulong)Math.Pow(10, digits - 1) : 0;
        cursors = table.Entries[Family].Cursors;
        first = table.Entries[Family].Base;
        owner = table;
    }

    /// <summary>Bytes from line to line.</summary>
    public int Stride { get; }

    /// <summary>By digits of a padded number, or 0.</summary>
    public int Family { get; }

    /// <summary>Takes the form of a line with its end; false: it is not of this kind.</summary>
    public static bool TryOf(ReadOnlySpan<byte> line, int cr, PrefixTable table, out FixedLines lines)
    {
        lines = default;
        var digits = line.Length - 1 - cr - table.Prefix.Length;
        // The weights of the lanes are those of a line that ends with one byte.
        if (cr != 0 || line.Length > Lanes || digits < Math.Max(2, table.LeastDigits) || digits > FamilyId.MaxDigits
            || !line.StartsWith(table.Prefix.Span) || !char.IsAsciiDigit((char)line[table.Prefix.Length]))
        {
            return false;
        }

        lines = new(line, table, digits);
        return lines.cursors != null;
    }

    /// <summary>Reads groups of four lines while all are of this form; returns the first line that was not read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte* Run(byte* line, byte* end)
    {
        var pairs = Twice(Vector128.Create((sbyte)10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 100, 10, 1, 0));
        var fours = Twice(Vector128.Create((short)100, 1, 100, 1, 100, 1, 1, 1));
        var eights = Twice(Vector128.Create((short)10000, 1, 1000, 1, 10000, 1, 1000, 1));
        var tenMillion = Vector256.Create(10_000_000u);
        var (form, counts, most) = (template, mask, limit);
        var (least, lead) = (first, leading);
        var places = cursors;
        nint stride = Stride;
        for (; line + 4 * stride <= end; line += 4 * stride)
        {
            var ends = line + stride - Lanes;
            var one = (Vector256.Create(Vector128.Load(ends), Vector128.Load(ends + stride)) - form) & counts;
            var two = (Vector256.Create(Vector128.Load(ends + 2 * stride), Vector128.Load(ends + 3 * stride)) - form) & counts;
            // Packing interleaves the two: the numbers come out as 0, 2, 1, 3, which does not matter.
            var halves = Avx2.MultiplyAddAdjacent(
                Avx2.PackUnsignedSaturate(
                    Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(one, pairs), fours),
                    Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(two, pairs), fours)).AsInt16(),
                eights).AsUInt64();
            var numbers = Avx2.Multiply(halves.AsUInt32(), tenMillion) + (halves >> 32);
            var (low, high) = (numbers.GetLower(), numbers.GetUpper());
            var (a, b, c, d) = (low.ToScalar() + lead, low.GetElement(1) + lead, high.ToScalar() + lead, high.GetElement(1) + lead);
            var (atA, atB, atC, atD) = ((a >> SequenceFamily.ChunkBits) - least, (b >> SequenceFamily.ChunkBits) - least,
                (c >> SequenceFamily.ChunkBits) - least, (d >> SequenceFamily.ChunkBits) - least);
            if ((Avx2.SubtractSaturate(one, most) | Avx2.SubtractSaturate(two, most)) != Vector256<byte>.Zero
                || (atA | atB | atC | atD) >= SequenceFamily.Window)
            {
                break;
            }

            Put(places, atA, a);
            Put(places, atB, b);
            Put(places, atC, c);
            Put(places, atD, d);
        }

        return line;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(uint** places, ulong at, ulong number)
    {
        var cursor = places[at];
        *cursor++ = (uint)number & SequenceFamily.OffsetMask;
        // The next line of the bucket comes while this one is filled.
        Sse.Prefetch0(cursor + EntriesInALine);
        places[at] = cursor;
        if (((nint)cursor & (SequenceFamily.BucketBytes - 1)) == 0)
        {
            owner.Full(Family, at, cursor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Twice<T>(Vector128<T> half) => Vector256.Create(half, half);
}
