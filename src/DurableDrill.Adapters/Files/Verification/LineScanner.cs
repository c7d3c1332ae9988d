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

    // By number of digits: what is subtracted, how much may be left, and which lanes count. The last lane is the end of the line.
    private static readonly Vector128<byte>[] Limits = [.. Enumerable.Range(0, FamilyId.MaxDigits + 1).Select(digits => LaneBytes(digits, 9, 0))];
    private static readonly Vector128<byte>[] Masks = [.. Enumerable.Range(0, FamilyId.MaxDigits + 1).Select(digits => LaneBytes(digits, 0xff, 0xff))];

    /// <summary>Scans lines; <paramref name="end"/> is after the last LF.</summary>
    public static void Scan(byte* start, byte* end, Tally tally)
    {
        if (Sse41.IsSupported)
        {
            ScanFast(start, end, tally);
            return;
        }

        while (start < end)
        {
            var length = new ReadOnlySpan<byte>(start, (int)(end - start)).IndexOf((byte)'\n');
            tally.Add(new(start, length));
            start += length + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScanFast(byte* start, byte* end, Tally tally)
    {
        var lineEnd = Vector256.Create((byte)'\n');
        // Fifteen digits and the end of the line: tens and ones of each pair, hundreds of each four, then 10^8.
        var pairs = Vector128.Create((sbyte)10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 100, 10, 1, 0);
        var fours = Vector128.Create((short)100, 1, 100, 1, 100, 1, 1, 1);
        var eights = Vector128.Create((short)10000, 1, 1000, 1, 10000, 1, 1000, 1);
        // Where CR comes before LF, the line ends a byte earlier.
        var cr = end - start >= 2 && LooksLikeCrLf(start, end) ? 1 : 0;
        var zeros = Vector128.Create((byte)'0').WithElement(Lanes - 1, (byte)(cr == 1 ? '\r' : '\n'));

        fixed (Vector128<byte>* limits = Limits, masks = Masks)
        {
            var table = tally.Current;
            PrefixOf(table, out var prefixLength, out var least, out var prefix, out var prefixMask, out var entries);
            var line = start;
            for (var block = start; block < end; block += 64)
            {
                var ends = Vector256.Equals(Vector256.Load(block), lineEnd).ExtractMostSignificantBits()
                    | (ulong)Vector256.Equals(Vector256.Load(block + 32), lineEnd).ExtractMostSignificantBits() << 32;
                if (end - block < 64)
                {
                    ends &= (1UL << (int)(end - block)) - 1;
                }

                for (; ends != 0; ends &= ends - 1)
                {
                    var lf = block + BitOperations.TrailingZeroCount(ends);
                    var textEnd = lf - cr;
                    var digits = textEnd - line - prefixLength;
                    if ((ulong)(digits - least) <= (ulong)(FamilyId.MaxDigits - least))
                    {
                        var left = (Vector128.Load(textEnd - (Lanes - 1)) - zeros) & masks[digits];
                        var otherPrefix = (Vector256.Load(line) ^ prefix) & prefixMask;
                        var odd = Sse2.SubtractSaturate(left, limits[digits]) | otherPrefix.GetLower() | otherPrefix.GetUpper();
                        var halves = Sse2.MultiplyAddAdjacent(
                            Sse41.PackUnsignedSaturate(
                                Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(left, pairs), fours), Vector128<int>.Zero).AsInt16(),
                            eights).AsUInt64().ToScalar();
                        var number = (uint)halves * 10_000_000UL + (halves >> 32);
                        var family = *(textEnd - digits) == '0' && digits > 1 ? (int)digits : 0;
                        var at = (number >> SequenceFamily.ChunkBits) - entries[family].Base;
                        if (odd == Vector128<byte>.Zero && at < SequenceFamily.Window)
                        {
                            var cursors = entries[family].Cursors;
                            var cursor = cursors[at];
                            *cursor++ = (uint)number & SequenceFamily.OffsetMask;
                            if (((nint)cursor & (SequenceFamily.BucketBytes - 1)) == 0)
                            {
                                cursor = table!.Full(family, at, cursor);
                            }

                            cursors[at] = cursor;
                            line = lf + 1;
                            continue;
                        }
                    }

                    tally.Add(new(line, (int)(lf - line)));
                    line = lf + 1;
                    if (table != tally.Current)
                    {
                        table = tally.Current;
                        PrefixOf(table, out prefixLength, out least, out prefix, out prefixMask, out entries);
                    }
                }
            }
        }
    }

    /// <summary>What to compare with; without a prefix, or with one that is too long, no line fits.</summary>
    private static void PrefixOf(
        PrefixTable? table, out int length, out int least, out Vector256<byte> value, out Vector256<byte> mask, out PrefixTable.Entry* entries)
    {
        var fits = table is not null && table.Prefix.Length <= PrefixTable.LongestFastPrefix;
        length = fits ? table!.Prefix.Length : int.MaxValue;
        least = fits ? table!.LeastDigits : 1;
        value = fits ? table!.Value : default;
        mask = fits ? table!.Mask : default;
        entries = fits ? table!.Entries : null;
    }

    private static bool LooksLikeCrLf(byte* start, byte* end)
    {
        var first = new ReadOnlySpan<byte>(start, (int)(end - start)).IndexOf((byte)'\n');
        return first > 0 && start[first - 1] == '\r';
    }

    private static Vector128<byte> LaneBytes(int digits, byte ofADigit, byte ofTheEnd)
    {
        Span<byte> lanes = stackalloc byte[Lanes];
        lanes[(Lanes - 1 - digits)..].Fill(ofADigit);
        lanes[Lanes - 1] = ofTheEnd;
        return Vector128.Create<byte>(lanes);
    }
}
