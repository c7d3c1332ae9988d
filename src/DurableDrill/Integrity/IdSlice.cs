namespace DurableDrill.Integrity;

/// <summary>
/// One of several shares of all ids, the same on every machine: numbers go by their 65,536, so that a share's bitmaps are whole, all else by
/// its text. No id is in two shares of one <paramref name="Count"/>, and each is in one.
/// </summary>
/// <param name="Index">From 0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">1 (all ids) or more.</param>
public readonly record struct IdSlice(int Index, int Count)
{
    /// <summary>Every id.</summary>
    public static IdSlice All { get; } = new(0, 1);

    /// <summary>Whether an id is in this share.</summary>
    public bool Holds(string id) => Count == 1 || (int)(Hash(IdKey.Parse(id)) % (uint)Count) == Index;

    /// <summary>FNV-1a, then the last step of MurmurHash3: FNV's own remainders are not even.</summary>
    private static ulong Hash(in IdKey key)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in key.Prefix)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        hash = (hash ^ (uint)key.Digits) * 1099511628211UL;
        hash = (hash ^ key.Number >> NumberChunk.Bits) * 1099511628211UL;
        hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ hash >> 33;
    }
}
