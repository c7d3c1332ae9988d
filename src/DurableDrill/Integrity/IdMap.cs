using System.Runtime.InteropServices;

namespace DurableDrill.Integrity;

/// <summary>
/// A number other than 0 for each id that has one; 8 bytes an id for dense sequences (in pages of 256), about 50 for UUIDs.
/// Only made when contents or times are compared.
/// </summary>
internal sealed class IdMap
{
    private const int PageBits = 8;
    private const int PageBytes = (8 << PageBits) + 80;
    private readonly Dictionary<string, Dictionary<ulong, long[]>> sequences = [];
    private readonly Dictionary<UInt128, long> uuids = [];
    private readonly Dictionary<string, long> texts = [];

    /// <summary>About what it holds of memory.</summary>
    public long Bytes =>
        sequences.Values.Sum(pages => (long)pages.Count * PageBytes) + ((IdSet.UuidBytes + 8) * uuids.Count) + texts.Keys.Sum(text => IdSet.TextBytes + 8 + (2L * text.Length));

    /// <summary>The place for an id's value; 0 until it is written.</summary>
    public ref long this[string id]
    {
        get
        {
            var key = IdKey.Parse(id);
            if (key.IsUuid)
            {
                return ref CollectionsMarshal.GetValueRefOrAddDefault(uuids, key.Uuid, out _);
            }

            if (key.Digits == 0)
            {
                return ref CollectionsMarshal.GetValueRefOrAddDefault(texts, id, out _)!;
            }

            ref var pages = ref CollectionsMarshal.GetValueRefOrAddDefault(sequences, $"{key.Prefix}{(char)key.Digits}", out _);
            ref var page = ref CollectionsMarshal.GetValueRefOrAddDefault(pages ??= [], key.Number >> PageBits, out _);
            page ??= new long[1 << PageBits];
            return ref page[key.Number & ((1 << PageBits) - 1)];
        }
    }

    /// <summary>All ids with a value, in no order.</summary>
    public IEnumerable<(string Id, long Value)> Entries()
    {
        foreach (var (shape, pages) in sequences)
        {
            foreach (var (number, page) in pages)
            {
                for (var at = 0; at < page.Length; at++)
                {
                    if (page[at] != 0)
                    {
                        var run = new IdIntervals.Run(shape[..^1], shape[^1], 0, 0);
                        yield return (run.Text(number << PageBits | (uint)at), page[at]);
                    }
                }
            }
        }

        foreach (var (uuid, value) in uuids.Where(entry => entry.Value != 0))
        {
            yield return (IdKey.UuidText(uuid), value);
        }

        foreach (var (text, value) in texts.Where(entry => entry.Value != 0))
        {
            yield return (text, value);
        }
    }
}
