using System.Numerics;

namespace DurableDrill.Integrity;

/// <summary>A set of numbers from 0 to 65,535, as intervals or as a bitmap, whichever is smaller.</summary>
internal sealed class NumberChunk
{
    public const int Bits = 16;
    public const int Size = 1 << Bits;
    private const int Words = Size / 64;

    /// <summary>An interval is 4 bytes, the bitmap 8 KB.</summary>
    private const int MaxRuns = Words * 8 / 4;

    private List<Run> runs = [];
    private ulong[]? bits;

    private readonly record struct Run(ushort First, ushort Last);

    public bool Add(ushort number)
    {
        if (bits is not null)
        {
            ref var word = ref bits[number >> 6];
            var bit = 1UL << (number & 63);
            var isNew = (word & bit) == 0;
            word |= bit;
            return isNew;
        }

        return AddToRuns(number);
    }

    public bool Contains(ushort number)
    {
        if (bits is not null)
        {
            return (bits[number >> 6] >> (number & 63) & 1) != 0;
        }

        var at = RunAtOrBefore(number);
        return at >= 0 && number <= runs[at].Last;
    }

    /// <summary>About what it holds of memory, itself and its place in a set included.</summary>
    public long Bytes => 120 + (bits is null ? 4L * runs.Capacity : Size / 8);

    public int Count => bits is not null
        ? bits.Sum(word => BitOperations.PopCount(word))
        : runs.Sum(run => run.Last - run.First + 1);

    /// <summary>The numbers as maximal intervals, in order.</summary>
    public IEnumerable<(ushort First, ushort Last)> Intervals()
    {
        if (bits is null)
        {
            return runs.Select(run => (run.First, run.Last));
        }

        return RunsOf(bits);
    }

    /// <summary>Takes the smaller of the two forms, and holds no more memory than it needs.</summary>
    public void Compact()
    {
        if (bits is not null && CountRuns(bits) < MaxRuns)
        {
            runs = [.. RunsOf(bits).Select(run => new Run(run.First, run.Last))];
            bits = null;
        }

        runs.TrimExcess();
    }

    /// <summary>A new set, word by word; null when it is empty. An absent chunk is the empty one.</summary>
    public static NumberChunk? Combine(NumberChunk? left, NumberChunk? right, Func<ulong, ulong, ulong> words)
    {
        var (one, other) = (left?.ToBits() ?? new ulong[Words], right?.ToBits() ?? new ulong[Words]);
        var result = new ulong[Words];
        for (var at = 0; at < Words; at++)
        {
            result[at] = words(one[at], other[at]);
        }

        if (!result.AsSpan().ContainsAnyExcept(0UL))
        {
            return null;
        }

        var chunk = new NumberChunk { bits = result };
        chunk.Compact();
        return chunk;
    }

    private bool AddToRuns(ushort number)
    {
        var at = RunAtOrBefore(number);
        if (at >= 0 && number <= runs[at].Last)
        {
            return false;
        }

        var joinsLeft = at >= 0 && runs[at].Last + 1 == number;
        var joinsRight = at + 1 < runs.Count && runs[at + 1].First == number + 1;
        switch (joinsLeft, joinsRight)
        {
            case (true, true):
                runs[at] = new(runs[at].First, runs[at + 1].Last);
                runs.RemoveAt(at + 1);
                break;
            case (true, false):
                runs[at] = runs[at] with { Last = number };
                break;
            case (false, true):
                runs[at + 1] = runs[at + 1] with { First = number };
                break;
            default:
                runs.Insert(at + 1, new(number, number));
                break;
        }

        if (runs.Count >= MaxRuns)
        {
            bits = ToBits();
            runs = [];
        }

        return true;
    }

    private int RunAtOrBefore(ushort number)
    {
        // Ids mostly come in order: the last run first.
        if (runs.Count == 0 || runs[^1].First <= number)
        {
            return runs.Count - 1;
        }

        var (low, high) = (0, runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = runs[middle].First <= number ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    private ulong[] ToBits()
    {
        if (bits is not null)
        {
            return bits;
        }

        var words = new ulong[Words];
        foreach (var (first, last) in runs)
        {
            for (int number = first; number <= last; number++)
            {
                words[number >> 6] |= 1UL << (number & 63);
            }
        }

        return words;
    }

    private static int CountRuns(ulong[] words)
    {
        var (count, carry) = (0, 0UL);
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word & ~(word << 1 | carry));
            carry = word >> 63;
        }

        return count;
    }

    private static IEnumerable<(ushort First, ushort Last)> RunsOf(ulong[] words)
    {
        var first = -1;
        for (var at = 0; at < Words; at++)
        {
            var word = words[at];
            var bit = 0;
            while (bit < 64)
            {
                // Skips to the next bit that differs from the state that we are in.
                var left = (first < 0 ? word : ~word) >> bit;
                if (left == 0)
                {
                    break;
                }

                bit += BitOperations.TrailingZeroCount(left);
                var number = at * 64 + bit;
                if (first < 0)
                {
                    first = number;
                }
                else
                {
                    yield return ((ushort)first, (ushort)(number - 1));
                    first = -1;
                }
            }
        }

        if (first >= 0)
        {
            yield return ((ushort)first, ushort.MaxValue);
        }
    }
}
