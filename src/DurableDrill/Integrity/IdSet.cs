using System.Text.Json.Serialization;

namespace DurableDrill.Integrity;

/// <summary>
/// A set of ids, exact whatever they look like. Sequence ids (a prefix, then digits) are kept as bitmaps or intervals, whichever is smaller,
/// UUIDs as 16 bytes, anything else as text. Two ids are the same when their texts are: "7" and "007" are two.
/// </summary>
[JsonConverter(typeof(IdSetJson))]
public sealed class IdSet
{
    internal const long UuidBytes = 40;
    internal const long TextBytes = 60;

    private readonly Dictionary<string, NumberSet> sequences = [];
    private readonly HashSet<UInt128> uuids = [];
    private readonly HashSet<string> texts = [];
    private (string? Prefix, int Digits, NumberSet? Numbers) last;

    /// <summary>A set of these ids.</summary>
    public static IdSet Of(params IEnumerable<string> ids)
    {
        var set = new IdSet();
        foreach (var id in ids)
        {
            set.Add(id);
        }

        return set;
    }

    /// <summary>How many distinct ids there are.</summary>
    public long Count => uuids.Count + texts.Count + sequences.Values.Sum(numbers => numbers.Count);

    /// <summary>About what it holds of memory.</summary>
    internal long Bytes => (UuidBytes * uuids.Count) + texts.Sum(text => TextBytes + (2L * text.Length)) + sequences.Values.Sum(numbers => numbers.Bytes);

    /// <summary>Adds an id; false when it was there.</summary>
    public bool Add(string id)
    {
        var key = IdKey.Parse(id);
        return key.IsUuid ? uuids.Add(key.Uuid)
            : key.Digits == 0 ? texts.Add(id)
            : NumbersOf(key).Add(key.Number);
    }

    /// <summary>Whether an id is in the set.</summary>
    public bool Contains(string id)
    {
        var key = IdKey.Parse(id);
        return key.IsUuid ? uuids.Contains(key.Uuid)
            : key.Digits == 0 ? texts.Contains(id)
            : Sequences().TryGetValue(Shape(key, stackalloc char[ShapeLength(key)]), out var numbers) && numbers.Contains(key.Number);
    }

    /// <summary>The ids of either.</summary>
    public IdSet Union(IdSet other) => Combine(other, (left, right) => left | right, all => all.UnionWith, all => all.UnionWith);

    /// <summary>The ids of both.</summary>
    public IdSet Intersect(IdSet other) => Combine(other, (left, right) => left & right, all => all.IntersectWith, all => all.IntersectWith);

    /// <summary>The ids that are not in the other.</summary>
    public IdSet Except(IdSet other) => Combine(other, (left, right) => left & ~right, all => all.ExceptWith, all => all.ExceptWith);

    /// <summary>
    /// All ids as maximal intervals: sequences by prefix (ordinal) and number of digits, numbers without leading zeros joined across
    /// their lengths (9, 10), then UUIDs, then the rest, each in order.
    /// </summary>
    public IEnumerable<IdInterval> Intervals() =>
        IdIntervals.Of(Runs()).Concat(Others().Select(IdIntervals.Single));

    /// <summary>All ids, in the order of <see cref="Intervals"/>.</summary>
    public IEnumerable<string> Ids() => Intervals().SelectMany(IdIntervals.Expand);

    /// <summary>Takes the smallest form; worth a call when all ids are in.</summary>
    public void Compact()
    {
        foreach (var numbers in sequences.Values)
        {
            numbers.Compact();
        }

        uuids.TrimExcess();
        texts.TrimExcess();
    }

    /// <summary>The sequence ids by prefix, number of digits and number.</summary>
    internal IEnumerable<IdIntervals.Run> Runs() => sequences
        .Select(shape => (Prefix: shape.Key[..^1], Digits: (int)shape.Key[^1], Numbers: shape.Value))
        .OrderBy(shape => shape.Prefix, StringComparer.Ordinal).ThenBy(shape => shape.Digits)
        .SelectMany(shape => shape.Numbers.Intervals().Select(run => new IdIntervals.Run(shape.Prefix, shape.Digits, run.First, run.Last)));

    /// <summary>UUIDs, then texts, each in order.</summary>
    internal IEnumerable<string> Others() => uuids.Order().Select(IdKey.UuidText).Concat(texts.Order(StringComparer.Ordinal));

    internal void AddRun(string prefix, int digits, ulong first, ulong last) =>
        NumbersOf(IdKey.Of(prefix, digits, first)).AddRun(first, last);

    private NumberSet NumbersOf(in IdKey key)
    {
        if (last.Numbers is not null && last.Digits == key.Digits && key.Prefix.SequenceEqual(last.Prefix))
        {
            return last.Numbers;
        }

        var shape = Shape(key, stackalloc char[ShapeLength(key)]);
        var lookup = Sequences();
        if (!lookup.TryGetValue(shape, out var numbers))
        {
            lookup[shape] = numbers = new();
        }

        last = (key.Prefix.ToString(), key.Digits, numbers);
        return numbers;
    }

    private Dictionary<string, NumberSet>.AlternateLookup<ReadOnlySpan<char>> Sequences() => sequences.GetAlternateLookup<ReadOnlySpan<char>>();

    private static int ShapeLength(in IdKey key) => key.Text.Length - key.Digits + 1;

    /// <summary>Prefix and number of digits in one key.</summary>
    private static ReadOnlySpan<char> Shape(in IdKey key, Span<char> room)
    {
        key.Prefix.CopyTo(room);
        room[^1] = (char)key.Digits;
        return room;
    }

    private IdSet Combine(
        IdSet other,
        Func<ulong, ulong, ulong> words,
        Func<HashSet<UInt128>, Action<IEnumerable<UInt128>>> ofUuids,
        Func<HashSet<string>, Action<IEnumerable<string>>> ofTexts)
    {
        var result = new IdSet();
        foreach (var shape in sequences.Keys.Union(other.sequences.Keys))
        {
            var numbers = NumberSet.Combine(sequences.GetValueOrDefault(shape), other.sequences.GetValueOrDefault(shape), words);
            if (numbers.Count > 0)
            {
                result.sequences.Add(shape, numbers);
            }
        }

        result.uuids.UnionWith(uuids);
        ofUuids(result.uuids)(other.uuids);
        result.texts.UnionWith(texts);
        ofTexts(result.texts)(other.texts);
        return result;
    }
}
