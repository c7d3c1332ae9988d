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
    private readonly ulong* expectedTwice = New();
    private readonly ulong* twice = New();
    private readonly ulong* result = New();
    private (FamilyId? Family, ulong Chunk) loaded;

    public ChunkWords(IdScan scan) => this.scan = scan;

    /// <summary>What was made last, as bytes, the lowest bit of each first.</summary>
    public ReadOnlySpan<byte> Bytes => new(result, Length);

    /// <summary>The chunks of a family that any worker has, in order.</summary>
    public IEnumerable<ulong> ChunksOf(FamilyId family) => scan.Expected.Concat(scan.Actual)
        .Select(tally => tally.Find(family)).OfType<SequenceFamily>().SelectMany(found => found.Chunks()).Distinct().Order();

    /// <summary>Makes the bitmap of a class; false: it is empty.</summary>
    public bool TryMake(FamilyId family, ulong chunk, IdClass idClass)
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

        return Bytes.ContainsAnyExcept((byte)0);
    }

    /// <summary>Counts all classes at once: ids, and maximal runs within the chunk.</summary>
    public void CountAll(FamilyId family, ulong chunk, ClassCounts ids, ClassCounts runs)
    {
        Load(family, chunk);
        ids.ExpectedTwice += CountOf(expectedTwice, expectedTwice, 0, 0, out _);
        ids.Of(IdClass.Delivered) += CountOf(expected, actual, 0, 0, out var delivered);
        ids.Of(IdClass.Lost) += CountOf(expected, actual, 0, ulong.MaxValue, out var lost);
        ids.Of(IdClass.Unexpected) += CountOf(expected, actual, ulong.MaxValue, 0, out var unexpected);
        ids.Of(IdClass.Duplicated) += CountOf(twice, twice, 0, 0, out var duplicated);
        runs.Of(IdClass.Delivered) += delivered;
        runs.Of(IdClass.Lost) += lost;
        runs.Of(IdClass.Unexpected) += unexpected;
        runs.Of(IdClass.Duplicated) += duplicated;
    }

    /// <summary>The next maximal run of what was made last, from <paramref name="at"/> on; false: there is none.</summary>
    public bool TryNextRun(ref uint at, out uint first, out uint last)
    {
        first = Next(at, 0);
        last = Next(first, ulong.MaxValue) - 1;
        at = last + 1;
        return first < Words * 64;
    }

    public void Dispose()
    {
        NativeMemory.Free(expected);
        NativeMemory.Free(actual);
        NativeMemory.Free(expectedTwice);
        NativeMemory.Free(twice);
        NativeMemory.Free(result);
    }

    private static ulong* New() => (ulong*)NativeMemory.AllocZeroed(Words, sizeof(ulong));

    private void Load(FamilyId family, ulong chunk)
    {
        if (loaded != (family, chunk))
        {
            Merge(scan.Expected, family, chunk, expected, expectedTwice);
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
    private static long CountOf(ulong* one, ulong* other, ulong flipOne, ulong flipOther, out long runs)
    {
        var (count, begun, carry) = (0L, 0L, 0UL);
        for (var at = 0; at < Words; at++)
        {
            var word = (one[at] ^ flipOne) & (other[at] ^ flipOther);
            count += BitOperations.PopCount(word);
            begun += BitOperations.PopCount(word & ~(word << 1 | carry));
            carry = word >> 63;
        }

        runs = begun;
        return count;
    }

    /// <summary>The first place from <paramref name="at"/> on with a set bit, or, flipped, with none.</summary>
    private uint Next(uint at, ulong flip)
    {
        while (at < Words * 64)
        {
            var left = (result[at >> 6] ^ flip) >> (int)(at & 63);
            if (left != 0)
            {
                return at + (uint)BitOperations.TrailingZeroCount(left);
            }

            at = (at | 63) + 1;
        }

        return at;
    }
}
