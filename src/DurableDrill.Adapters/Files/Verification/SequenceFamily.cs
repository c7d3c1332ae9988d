using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>
/// The numbers of one family of sequence ids, as bitmaps of 262,144 numbers. Numbers in random order would miss the cache with each bit, so
/// they are collected in a bucket for each bitmap, and a full bucket is applied at once, while its bitmap is in the first-level cache.
/// </summary>
internal sealed unsafe class SequenceFamily : IDisposable
{
    /// <summary>Numbers in a bitmap, as a power of two: 32 KB.</summary>
    public const int ChunkBits = 18;

    /// <summary>64-bit words in a bitmap.</summary>
    public const int ChunkWords = 1 << (ChunkBits - 6);

    /// <summary>A bucket is this long and aligned to it, so that a full one shows in the address of its end.</summary>
    public const int BucketBytes = 1 << 15;

    /// <summary>How many bitmaps the table has room for: 2^30 numbers.</summary>
    public const int Window = 1 << 12;

    /// <summary>From so many bitmaps on (32 MB), each must hold this many numbers on average, else new ones are not begun.</summary>
    private const int ChunksBeforeDensityCounts = 1024;
    private const int LeastNumbersInAChunk = 2048;

    /// <summary>The bits of a number that say where in its bitmap it is.</summary>
    public const uint OffsetMask = (1 << ChunkBits) - 1;

    private const int EntriesInALine = 64 / sizeof(uint);

    private readonly Arena arena;
    private readonly uint* nowhere;
    private readonly ulong** bits;
    private readonly ulong** twice;
    private readonly ushort* firsts;
    private int chunks;
    private long applied;

    /// <param name="arena">Where bitmaps and buckets are.</param>
    /// <param name="nowhere">The end of a bucket that nobody reads: a cursor one before it makes the next number come to <see cref="Full"/>.</param>
    /// <param name="id">Which family this is.</param>
    public SequenceFamily(Arena arena, uint* nowhere, FamilyId id)
    {
        (this.arena, Id) = (arena, id);
        this.nowhere = nowhere;
        Cursors = (uint**)NativeMemory.AllocZeroed(Window, (nuint)sizeof(uint*));
        bits = (ulong**)NativeMemory.AllocZeroed(Window, (nuint)sizeof(ulong*));
        twice = (ulong**)NativeMemory.AllocZeroed(Window, (nuint)sizeof(ulong*));
        firsts = (ushort*)NativeMemory.AllocZeroed(Window, sizeof(ushort));
        new Span<nint>(Cursors, Window).Fill((nint)(nowhere - 1));
    }

    /// <summary>Which family this is.</summary>
    public FamilyId Id { get; }

    /// <summary>Where the next number of each bitmap goes.</summary>
    public uint** Cursors { get; }

    /// <summary>The numbers that came and have no bitmap: the family is too thin there, or they lie outside the window.</summary>
    public List<ulong> Sparse { get; set; } = [];

    /// <summary>The bitmaps that there are, by their numbers, in order. Call <see cref="Finish"/> first.</summary>
    public IEnumerable<ulong> Chunks()
    {
        for (var at = 0; at < Window; at++)
        {
            if (HasChunk(at))
            {
                yield return Id.Base + (ulong)at;
            }
        }
    }

    /// <summary>The bitmap of the numbers seen; null: none.</summary>
    public ulong* Bits(ulong chunk) => bits[chunk - Id.Base];

    /// <summary>The bitmap of the numbers seen more than once; null: none.</summary>
    public ulong* Twice(ulong chunk) => twice[chunk - Id.Base];

    /// <summary>Adds a number.</summary>
    public void Add(ulong number)
    {
        var at = Id.IndexOf(number);
        if (at >= Window)
        {
            Sparse.Add(number);
            return;
        }

        ref var cursor = ref Cursors[at];
        *cursor = (uint)number & OffsetMask;
        cursor++;
        if (((nint)cursor & (BucketBytes - 1)) == 0)
        {
            cursor = Full(at, cursor);
        }
    }

    /// <summary>Takes a number that has just been written before the cursor, which has come to the end of its bucket; returns the new cursor.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public uint* Full(ulong at, uint* cursor)
    {
        if (cursor != nowhere)
        {
            return Apply((int)at, cursor);
        }

        var offset = cursor[-1];
        if (bits[at] == null && chunks >= ChunksBeforeDensityCounts && applied / chunks < LeastNumbersInAChunk)
        {
            Sparse.Add((Id.Base + at) << ChunkBits | offset);
            return nowhere - 1;
        }

        if (bits[at] == null)
        {
            chunks++;
            bits[at] = (ulong*)arena.Allocate(ChunkWords * sizeof(ulong));
        }

        // Buckets begin at different places, else all of them would be filled at the same lines of the cache.
        firsts[at] = (ushort)((int)at * 67 * EntriesInALine % (BucketBytes / sizeof(uint) - EntriesInALine));
        var bucket = arena.TakeBucket() + firsts[at];
        *bucket = offset;
        return bucket + 1;
    }

    /// <summary>Adds a number of the window to its bitmap, which is begun where it is not there, whatever the density.</summary>
    public void AddToChunk(ulong number)
    {
        var at = Id.IndexOf(number);
        if (bits[at] == null)
        {
            bits[at] = (ulong*)arena.Allocate(ChunkWords * sizeof(ulong));
        }

        Set(bits[at], (int)at, (uint)number & OffsetMask);
    }

    /// <summary>Applies all that is still in buckets, and gives them back.</summary>
    public void Finish()
    {
        for (var at = 0; at < Window; at++)
        {
            var cursor = Cursors[at];
            if (cursor == nowhere - 1)
            {
                continue;
            }

            // At the beginning of its bucket nothing is left to apply: a full one has been.
            arena.ReturnBucket(((nint)cursor & (BucketBytes - 1)) == 0 ? cursor : Apply(at, cursor));
            Cursors[at] = nowhere - 1;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(Cursors);
        NativeMemory.Free(bits);
        NativeMemory.Free(twice);
        NativeMemory.Free(firsts);
    }

    private bool HasChunk(int at) => bits[at] != null;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint* Apply(int at, uint* cursor)
    {
        var bucket = (uint*)((nint)(cursor - 1) & ~(nint)(BucketBytes - 1));
        var number = bucket + firsts[at];
        var map = bits[at];
        applied += cursor - number;
        if (Sse.IsSupported)
        {
            for (var line = (byte*)map; line < map + ChunkWords; line += 64)
            {
                Sse.Prefetch0(line);
            }
        }

        for (; number < cursor; number++)
        {
            Set(map, at, *number);
        }

        firsts[at] = 0;
        return bucket;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Set(ulong* map, int at, uint offset)
    {
        ref var word = ref map[offset >> 6];
        var bit = 1UL << (int)offset;
        if ((word & bit) != 0)
        {
            MarkTwice(at, offset);
        }

        word |= bit;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MarkTwice(int at, uint offset)
    {
        if (twice[at] == null)
        {
            twice[at] = (ulong*)arena.Allocate(ChunkWords * sizeof(ulong));
        }

        twice[at][offset >> 6] |= 1UL << (int)offset;
    }
}
