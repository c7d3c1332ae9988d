namespace DurableDrill.Adapters.Files.Verification;

/// <summary>
/// A family of sequence ids: a prefix (as bytes, each a char), and how the number is written: with leading zeros to a number of digits, or naturally (0).
/// Each sequence id belongs to one family, whoever reads it: "7" and "123" are natural, "007" is of three digits.
/// </summary>
/// <param name="Prefix">All before the number; each char is a byte of the file.</param>
/// <param name="Digits">0: without leading zeros; else the number of digits, the first of which is 0.</param>
/// <param name="Base">The number of the first bitmap that the family has room for, the same for every worker.</param>
internal sealed record FamilyId(string Prefix, int Digits, ulong Base)
{
    /// <summary>More digits belong to the prefix: 15 and the end of a line fill a vector.</summary>
    public const int MaxDigits = 15;

    /// <summary>Where in the table a number's bitmap is; <see cref="SequenceFamily.Window"/> and more: it has no room.</summary>
    public ulong IndexOf(ulong number) => (number >> SequenceFamily.ChunkBits) - Base;
}

/// <summary>The families that any worker has met. Prefixes are made known once they have been seen often enough to be worth a table.</summary>
internal sealed class FamilyRegistry
{
    private readonly Dictionary<(string Prefix, int Digits), FamilyId> families = [];
    private readonly HashSet<string> prefixes = [];

    /// <summary>All families, ordered by prefix (byte by byte) and digits.</summary>
    public IReadOnlyList<FamilyId> Families =>
        [.. families.Values.OrderBy(family => family.Prefix, StringComparer.Ordinal).ThenBy(family => family.Digits)];

    /// <summary>Whether ids with this prefix are kept as numbers.</summary>
    public bool Knows(string prefix)
    {
        lock (families)
        {
            return prefixes.Contains(prefix);
        }
    }

    /// <summary>From now on ids with this prefix are kept as numbers.</summary>
    public void Know(string prefix)
    {
        lock (families)
        {
            prefixes.Add(prefix);
        }
    }

    /// <summary>The family; the first number to be seen of it lies in the middle of its window.</summary>
    public FamilyId Find(string prefix, int digits, ulong number)
    {
        lock (families)
        {
            if (!families.TryGetValue((prefix, digits), out var family))
            {
                var chunk = number >> SequenceFamily.ChunkBits;
                const int Middle = SequenceFamily.Window / 2;
                families.Add((prefix, digits), family = new(prefix, digits, chunk < Middle ? 0 : chunk - Middle));
            }

            return family;
        }
    }
}
