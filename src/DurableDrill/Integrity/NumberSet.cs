namespace DurableDrill.Integrity;

/// <summary>A set of numbers below 10^18, in chunks of 65,536, so that its memory follows what is in it and not its range.</summary>
internal sealed class NumberSet
{
    private readonly Dictionary<ulong, NumberChunk> chunks = [];
    private (ulong Key, NumberChunk? Chunk) last;

    public long Count => chunks.Values.Sum(chunk => (long)chunk.Count);

    /// <summary>About what it holds of memory.</summary>
    public long Bytes => chunks.Values.Sum(chunk => chunk.Bytes);

    public bool Add(ulong number)
    {
        var key = number >> 16;
        if (last.Chunk is null || last.Key != key)
        {
            if (!chunks.TryGetValue(key, out var chunk))
            {
                chunks.Add(key, chunk = new());
            }

            last = (key, chunk);
        }

        return last.Chunk.Add((ushort)number);
    }

    public bool Contains(ulong number) => chunks.TryGetValue(number >> 16, out var chunk) && chunk.Contains((ushort)number);

    /// <summary>Adds all numbers from first to last.</summary>
    public void AddRun(ulong first, ulong last)
    {
        for (var number = first; number <= last; number++)
        {
            Add(number);
        }
    }

    public void Compact()
    {
        foreach (var chunk in chunks.Values)
        {
            chunk.Compact();
        }
    }

    /// <summary>Maximal intervals, in order, joined across chunks.</summary>
    public IEnumerable<(ulong First, ulong Last)> Intervals()
    {
        (ulong First, ulong Last)? open = null;
        foreach (var key in chunks.Keys.Order())
        {
            foreach (var (first, last) in chunks[key].Intervals())
            {
                var (from, to) = (key << 16 | first, key << 16 | last);
                if (open is { } before)
                {
                    if (before.Last + 1 == from)
                    {
                        open = (before.First, to);
                        continue;
                    }

                    yield return before;
                }

                open = (from, to);
            }
        }

        if (open is { } end)
        {
            yield return end;
        }
    }

    /// <summary>A new set, chunk by chunk, by the rule for words of bits; the rule keeps two empty words empty.</summary>
    public static NumberSet Combine(NumberSet? left, NumberSet? right, Func<ulong, ulong, ulong> words)
    {
        var result = new NumberSet();
        var keys = (left?.chunks.Keys ?? Enumerable.Empty<ulong>()).Union(right?.chunks.Keys ?? Enumerable.Empty<ulong>());
        foreach (var key in keys)
        {
            if (NumberChunk.Combine(left?.chunks.GetValueOrDefault(key), right?.chunks.GetValueOrDefault(key), words) is { } chunk)
            {
                result.chunks.Add(key, chunk);
            }
        }

        return result;
    }
}
