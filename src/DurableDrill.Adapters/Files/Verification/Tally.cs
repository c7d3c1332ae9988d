using System.Text;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>What one worker has read of one file: every id, exactly. Not for two threads at once.</summary>
internal sealed unsafe class Tally : IDisposable
{
    /// <summary>A prefix is worth a table when it has been seen so often; ids before that are kept as text.</summary>
    private const int SightingsOfAPrefix = 16;

    /// <summary>With so many prefixes, none of them is a producer.</summary>
    private const int MostPrefixes = 4096;

    private readonly FamilyRegistry registry;
    private readonly Arena arena;
    private readonly Dictionary<string, PrefixTable> prefixes = [];
    private readonly Dictionary<string, int> sightings = [];
    private readonly uint* nowhere;
    private UuidSet? lower;
    private UuidSet? upper;

    /// <param name="registry">What all workers know.</param>
    /// <param name="arena">The worker's memory.</param>
    public Tally(FamilyRegistry registry, Arena arena)
    {
        (this.registry, this.arena) = (registry, arena);
        // Past the end of a bucket that is never read.
        nowhere = arena.TakeBucket() + SequenceFamily.BucketBytes / sizeof(uint);
    }

    /// <summary>Whatever is neither a sequence id nor a UUID, each byte a char; true: more than once.</summary>
    public Dictionary<string, bool> Texts { get; } = [];

    /// <summary>UUIDs in lower case; null: none.</summary>
    public UuidSet? Lower => lower;

    /// <summary>UUIDs in upper case; null: none.</summary>
    public UuidSet? Upper => upper;

    /// <summary>Lines without an id.</summary>
    public long EmptyLines { get; private set; }

    /// <summary>The table of the prefix that was seen last; null: none is known yet.</summary>
    public PrefixTable? Current { get; private set; }

    /// <summary>Adds the id of a line; a CR at its end is not part of it.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        line = line is [.. var before, (byte)'\r'] ? before : line;
        if (line.IsEmpty)
        {
            EmptyLines++;
            return;
        }

        if (line.Length == UuidText.Length && UuidText.TryParse(line, out var uuid, out var isUpper))
        {
            (isUpper ? upper ??= new(arena) : lower ??= new(arena)).Add(uuid);
            return;
        }

        var digits = SequenceText.DigitsOf(line);
        if (digits == 0 || FindTable(line[..^digits]) is not { } table)
        {
            AddText(Encoding.Latin1.GetString(line), twice: false);
            return;
        }

        table.FamilyOf(line[^digits..], out var number).Add(number);
    }

    /// <summary>Ends reading: all numbers are in their bitmaps.</summary>
    public void Finish()
    {
        foreach (var family in prefixes.Values.SelectMany(table => table.Families))
        {
            family.Finish();
        }
    }

    /// <summary>When every worker has ended: texts whose prefix turned out to be worth a table, for any worker, become numbers.</summary>
    public void SettleTexts()
    {
        foreach (var (text, twice) in Texts.ToList())
        {
            var line = Encoding.Latin1.GetBytes(text).AsSpan();
            var digits = SequenceText.DigitsOf(line);
            if (digits > 0 && registry.Knows(text[..^digits]))
            {
                Texts.Remove(text);
                var family = TableOf(text[..^digits]).FamilyOf(line[^digits..], out var number);
                family.Add(number);
                if (twice)
                {
                    family.Add(number);
                }
            }
        }

        Finish();
    }

    /// <summary>What was read of a family; null: nothing.</summary>
    public SequenceFamily? Find(FamilyId id) => prefixes.GetValueOrDefault(id.Prefix)?.Find(id.Digits);

    /// <summary>What was read of a family, to be added to.</summary>
    public SequenceFamily FindOrBegin(FamilyId id) => TableOf(id.Prefix).FindOrBegin(id);

    public void Dispose()
    {
        foreach (var table in prefixes.Values)
        {
            table.Dispose();
        }
    }

    private void AddText(string text, bool twice) => Texts[text] = twice || Texts.ContainsKey(text);

    private PrefixTable? FindTable(ReadOnlySpan<byte> prefix)
    {
        if (Current is not null && Current.Prefix.Span.SequenceEqual(prefix))
        {
            return Current;
        }

        var text = Encoding.Latin1.GetString(prefix);
        if (prefixes.TryGetValue(text, out var table))
        {
            return Current = table;
        }

        if (sightings.Count >= MostPrefixes && !sightings.ContainsKey(text))
        {
            return null;
        }

        var seen = sightings[text] = sightings.GetValueOrDefault(text) + 1;
        return seen >= SightingsOfAPrefix ? Current = TableOf(text) : null;
    }

    private PrefixTable TableOf(string prefix)
    {
        if (!prefixes.TryGetValue(prefix, out var table))
        {
            registry.Know(prefix);
            prefixes.Add(prefix, table = new(prefix, registry, arena, nowhere));
        }

        return table;
    }
}
