using System.Text;

namespace DurableDrill.Adapters.Sources;

/// <summary>
/// The hash of an event's content as the ledger format defines it: FNV-1a with 64 bits over the fields' texts in UTF-8, joined by "|".
/// Source: http://www.isthe.com/chongo/tech/comp/fnv/
/// </summary>
public static class ContentHash
{
    private const ulong OffsetBasis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    /// <summary>The hash of some fields.</summary>
    public static ulong Of(params IReadOnlyList<string> fields) => Of(Encoding.UTF8.GetBytes(string.Join('|', fields)));

    /// <summary>The hash of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = OffsetBasis;
        foreach (var octet in bytes)
        {
            hash = (hash ^ octet) * Prime;
        }

        return hash;
    }
}
