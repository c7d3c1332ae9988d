using System.Text;

namespace DurableDrill.Pipeline.Orders;

/// <summary>FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923). Not cryptographic: it tells honest differences, not forged ones.</summary>
internal static class Fnv1a
{
    private const ulong OffsetBasis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    /// <summary>The hash of a text's UTF-8 bytes.</summary>
    public static ulong Hash(string text)
    {
        var hash = OffsetBasis;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ octet) * Prime;
        }

        return hash;
    }
}
