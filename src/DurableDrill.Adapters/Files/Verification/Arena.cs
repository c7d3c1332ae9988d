using System.Runtime.InteropServices;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>Zeroed native memory for one worker, in slabs on huge pages where the system gives them; freed all at once.</summary>
internal sealed unsafe partial class Arena : IDisposable
{
    private const nuint HugePage = 2 << 20;
    private const int AdviceHugePage = 14;
    private const nuint LargestSlab = 4 * HugePage;

    private readonly List<nint> slabs = [];
    private readonly Stack<nint> buckets = [];
    private nuint slabSize = HugePage / 2;
    private byte* free;
    private byte* end;

    /// <summary>Zeroed bytes, aligned to their size, which is a power of two.</summary>
    public byte* Allocate(int size)
    {
        var allocated = (byte*)(((nint)free + size - 1) & -size);
        if (free == null || end - allocated < size)
        {
            AddSlab();
            allocated = free;
        }

        free = allocated + size;
        return allocated;
    }

    /// <summary>A bucket, aligned to its size; what is in it does not matter.</summary>
    public uint* TakeBucket() => buckets.TryPop(out var bucket) ? (uint*)bucket : (uint*)Allocate(SequenceFamily.BucketBytes);

    /// <summary>Gives a bucket back, for the next family.</summary>
    public void ReturnBucket(uint* bucket) => buckets.Push((nint)bucket);

    public void Dispose()
    {
        foreach (var slab in slabs)
        {
            NativeMemory.Free((void*)slab);
        }

        slabs.Clear();
        free = null;
        end = null;
    }

    private void AddSlab()
    {
        // A small file needs one page or two, a large one should not ask often. Zeroed memory fresh from the system is not touched before it is used.
        slabSize = Math.Min(slabSize * 2, LargestSlab);
        var slab = (nint)NativeMemory.AllocZeroed(slabSize + HugePage);
        slabs.Add(slab);
        free = (byte*)((slab + (nint)HugePage - 1) & -(nint)HugePage);
        end = free + slabSize;
        if (OperatingSystem.IsLinux())
        {
            // Advice: whatever comes of it, the memory works.
            _ = Advise((nint)free, slabSize, AdviceHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
