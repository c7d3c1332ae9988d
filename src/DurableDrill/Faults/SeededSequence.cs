namespace DurableDrill.Faults;

/// <summary>
/// Numbers that depend on a seed alone, on every machine and version: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", OOPSLA 2014). For timelines and orders, never for secrets.
/// </summary>
/// <param name="seed">Any number.</param>
public sealed class SeededSequence(ulong seed)
{
    private ulong state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1, all equally likely (the biased tail is drawn again).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is less than 1.</exception>
    public long Below(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (ulong)bound;
        var limit = ulong.MaxValue - (ulong.MaxValue % range);
        ulong drawn;
        do
        {
            drawn = Next();
        }
        while (drawn >= limit);
        return (long)(drawn % range);
    }

    /// <summary>A duration from <paramref name="min"/> to <paramref name="max"/>, both included, in whole milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is less than the minimum.</exception>
    public TimeSpan Between(TimeSpan min, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        return min + TimeSpan.FromMilliseconds(Below((long)(max - min).TotalMilliseconds + 1));
    }

    /// <summary>One of these.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are none.</exception>
    public T Pick<T>(IReadOnlyList<T> items) => items[(int)Below(items.Count)];

    /// <summary>These in random order (Fisher and Yates).</summary>
    public IReadOnlyList<T> Shuffle<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = (int)Below(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }

        return list;
    }
}
