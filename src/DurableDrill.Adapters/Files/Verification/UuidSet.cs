namespace DurableDrill.Adapters.Files.Verification;

/// <summary>All UUIDs of one worker and file, 16 bytes each, in 1,024 parts by a hash, so that each part can be compared by itself.</summary>
internal sealed unsafe class UuidSet(Arena arena)
{
    public const int Parts = 1024;
    private const int BlockBytes = 4096;
    private const int BlockLength = BlockBytes / 16;

    private readonly List<nint>[] blocks = [.. Enumerable.Range(0, Parts).Select(_ => new List<nint>())];
    private readonly int[] counts = new int[Parts];

    /// <summary>Adds one; it may be there already.</summary>
    public void Add(UInt128 uuid)
    {
        var part = PartOf(uuid);
        var at = counts[part]++ % BlockLength;
        if (at == 0)
        {
            blocks[part].Add((nint)arena.Allocate(BlockBytes));
        }

        ((UInt128*)blocks[part][^1])[at] = uuid;
    }

    /// <summary>How many a part has.</summary>
    public int CountOf(int part) => counts[part];

    /// <summary>One of a part.</summary>
    public UInt128 At(int part, int at) => ((UInt128*)blocks[part][at / BlockLength])[at % BlockLength];

    /// <summary>A hash whose lowest bits are as good as its highest: UUIDs of version 7 differ in few places.</summary>
    public static ulong Hash(UInt128 uuid)
    {
        var mixed = ((ulong)(uuid >> 64) * 0x9e3779b97f4a7c15) ^ (ulong)uuid;
        mixed = (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93;
        return mixed ^ (mixed >> 32);
    }

    private static int PartOf(UInt128 uuid) => (int)(Hash(uuid) >> 54);
}
