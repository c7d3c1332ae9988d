using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>The bitmap of one class for one chunk of a family, made from those of all workers.</summary>
internal sealed unsafe class ChunkWords : IDisposable
{
    private const int Words = SequenceFamily.ChunkWords;
    private const int Length = Words * sizeof(ulong);

    private readonly IdScan scan;
    private readonly ulong* expected = New();
    private readonly ulong* actual = New();
    private readonly ulong* twice = New();
    private readonly ulong* result = New();
    private (FamilyId? Family, ulong Chunk) loaded;

    public ChunkWords(IdScan scan) => this.scan = scan;

    /// <summary>What was counted last, as bytes, the lowest bit of each first.</summary>
    public ReadOnlySpan<byte> Bytes => new(result, Length);

    /// <summary>The chunks of a family that any worker has, in order.</summary>
    public IEnumerable<ulong> ChunksOf(FamilyId family) => scan.Expected.Concat(scan.Actual)
        .Select(tally => tally.Find(family)).OfType<SequenceFamily>().SelectMany(found => found.Chunks()).Distinct().Order();

    /// <summary>Makes the bitmap of a class, and counts its ids and its maximal runs within the chunk.</summary>
    public long Count(FamilyId family, ulong chunk, IdClass idClass, out long runs)
    {
        Load(family, chunk);
        switch (idClass)
        {
            case IdClass.Delivered:
                Fill(expected, actual, 0, 0);
                break;
            case IdClass.Lost:
                Fill(expected, actual, 0, ulong.MaxValue);
                break;
            case IdClass.Unexpected:
                Fill(expected, actual, ulong.MaxValue, 0);
                break;
            case IdClass.Duplicated:
                Fill(twice, twice, 0, 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(idClass), idClass, "Two files do not tell this class.");
        }

        return CountResult(out runs);
    }

    /// <summary>How many ids of the chunk were expected more than once.</summary>
    public long CountExpectedTwice(FamilyId family, ulong chunk)
    {
        Merge(scan.Expected, family, chunk, actual, result);
        loaded = default;
        return CountResult(out _);
    }

    /// <summary>The maximal runs of what was counted last.</summary>
    public List<(uint First, uint Last)> Runs()
    {
        var runs = new List<(uint, uint)>();
        uint? first = null;
        for (var at = 0u; at < Words * 64;)
        {
            // To the next bit that differs from the state that we are in.
            var left = (first is null ? result[at >> 6] : ~result[at >> 6]) >> (int)(at & 63);
            if (left == 0)
            {
                at = (at | 63) + 1;
                continue;
            }

            at += (uint)BitOperations.TrailingZeroCount(left);
            if (first is { } from)
            {
                runs.Add((from, at - 1));
                first = null;
            }
            else
            {
                first = at;
            }
        }

        if (first is { } open)
        {
            runs.Add((open, Words * 64 - 1));
        }

        return runs;
    }

    public void Dispose()
    {
        NativeMemory.Free(expected);
        NativeMemory.Free(actual);
        NativeMemory.Free(twice);
        NativeMemory.Free(result);
    }

    private static ulong* New() => (ulong*)NativeMemory.AllocZeroed(Words, sizeof(ulong));

    private void Load(FamilyId family, ulong chunk)
    {
        if (loaded != (family, chunk))
        {
            Merge(scan.Expected, family, chunk, expected, twice);
            Merge(scan.Actual, family, chunk, actual, twice);
            loaded = (family, chunk);
        }
    }

    /// <summary>What each worker has seen once, all together have seen twice.</summary>
    private static void Merge(IReadOnlyList<Tally> tallies, FamilyId family, ulong chunk, ulong* once, ulong* twice)
    {
        NativeMemory.Clear(once, Length);
        NativeMemory.Clear(twice, Length);
        foreach (var tally in tallies)
        {
            if (tally.Find(family) is { } found && found.Bits(chunk) != null)
            {
                Add(found.Bits(chunk), found.Twice(chunk), once, twice);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ulong* bits, ulong* bitsTwice, ulong* once, ulong* twice)
    {
        for (var at = 0; at < Words; at++)
        {
            twice[at] |= (once[at] & bits[at]) | (bitsTwice == null ? 0 : bitsTwice[at]);
            once[at] |= bits[at];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(ulong* one, ulong* other, ulong flipOne, ulong flipOther)
    {
        for (var at = 0; at < Words; at++)
        {
            result[at] = (one[at] ^ flipOne) & (other[at] ^ flipOther);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long CountResult(out long runs)
    {
        var (count, begun, carry) = (0L, 0L, 0UL);
        for (var at = 0; at < Words; at++)
        {
            var word = result[at];
            count += BitOperations.PopCount(word);
            begun += BitOperations.PopCount(word & ~(word << 1 | carry));
            carry = word >> 63;
        }

        runs = begun;
        return count;
    }
}
