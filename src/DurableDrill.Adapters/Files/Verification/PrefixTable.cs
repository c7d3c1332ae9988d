using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>The families of one prefix, as the scanner wants them: by the number of digits of a padded number, or 0.</summary>
internal sealed unsafe class PrefixTable : IDisposable
{
    /// <summary>A longer prefix is read slowly.</summary>
    private const int LongestFastPrefix = 16;

    private readonly FamilyRegistry registry;
    private readonly Arena arena;
    private readonly uint* nowhere;
    private readonly SequenceFamily?[] families = new SequenceFamily?[FamilyId.MaxDigits + 1];
    private readonly string prefix;

    public PrefixTable(string prefix, FamilyRegistry registry, Arena arena, uint* nowhere)
    {
        (this.prefix, this.registry, this.arena) = (prefix, registry, arena);
        this.nowhere = nowhere;
        Prefix = Encoding.Latin1.GetBytes(prefix);
        Entries = (Entry*)NativeMemory.AllocZeroed(FamilyId.MaxDigits + 1, (nuint)sizeof(Entry));
        for (var digits = 0; digits <= FamilyId.MaxDigits; digits++)
        {
            Entries[digits].Base = Entry.Nowhere;
        }

        // A prefix that ends in a digit comes with all the digits that a number can have.
        LeastDigits = prefix.Length > 0 && char.IsAsciiDigit(prefix[^1]) ? FamilyId.MaxDigits : 1;
        if (IsFast)
        {
            Span<byte> value = stackalloc byte[LongestFastPrefix];
            Prefix.Span.CopyTo(value);
            Value = Vector128.Create<byte>(value);
            value[..prefix.Length].Fill(0xff);
            value[prefix.Length..].Clear();
            Mask = Vector128.Create<byte>(value);
        }
    }

    /// <summary>What the scanner needs of a family.</summary>
    public struct Entry
    {
        /// <summary>A base from which every number is far away.</summary>
        public const ulong Nowhere = 1UL << 63;

        /// <summary>Where the next number of each bitmap goes.</summary>
        public uint** Cursors;

        /// <summary>The number of the first bitmap.</summary>
        public ulong Base;
    }

    /// <summary>By digits; a family that is not there has no room for any number.</summary>
    public Entry* Entries { get; }

    /// <summary>The prefix's bytes.</summary>
    public ReadOnlyMemory<byte> Prefix { get; }

    /// <summary>Whether the prefix fits into <see cref="Value"/>.</summary>
    public bool IsFast => Prefix.Length <= LongestFastPrefix;

    /// <summary>How many digits come after it at least.</summary>
    public int LeastDigits { get; }

    /// <summary>The prefix as a vector, zeros after it.</summary>
    public Vector128<byte> Value { get; }

    /// <summary>Ones where <see cref="Value"/> counts.</summary>
    public Vector128<byte> Mask { get; }

    /// <summary>All families that there are.</summary>
    public IEnumerable<SequenceFamily> Families => families.OfType<SequenceFamily>();

    /// <summary>A family; null: no number of it was seen.</summary>
    public SequenceFamily? Find(int digits) => families[digits];

    /// <summary>The family of a number as it is written.</summary>
    public SequenceFamily FamilyOf(ReadOnlySpan<byte> text, out ulong number)
    {
        number = SequenceText.NumberOf(text);
        var digits = text[0] == '0' && text.Length > 1 ? text.Length : 0;
        return families[digits] ?? FindOrBegin(registry.Find(prefix, digits, number));
    }

    /// <summary>The family, begun where it is not there.</summary>
    public SequenceFamily FindOrBegin(FamilyId id)
    {
        if (families[id.Digits] is { } there)
        {
            return there;
        }

        var family = families[id.Digits] = new(arena, nowhere, id);
        Entries[id.Digits] = new() { Cursors = family.Cursors, Base = id.Base };
        return family;
    }

    /// <summary>Takes over a bucket that has become full.</summary>
    public void Full(int digits, ulong at, uint* cursor) => Entries[digits].Cursors[at] = families[digits]!.Full(at, cursor);

    public void Dispose()
    {
        foreach (var family in Families)
        {
            family.Dispose();
        }

        NativeMemory.Free(Entries);
    }
}
