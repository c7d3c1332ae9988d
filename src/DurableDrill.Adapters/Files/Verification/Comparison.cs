using System.Text;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>The classes of all ids of a scan. Sequences come first, then UUIDs, then the rest.</summary>
internal sealed class Comparison
{
    private readonly SequenceComparison sequences;
    private readonly UuidComparison[] uuids;
    private readonly TextComparison texts;

    public Comparison(IdScan scan)
    {
        sequences = new(scan);
        uuids =
        [
            new(scan.Expected.Select(tally => tally.Upper), scan.Actual.Select(tally => tally.Upper), isUpper: true),
            new(scan.Expected.Select(tally => tally.Lower), scan.Actual.Select(tally => tally.Lower), isUpper: false),
        ];
        texts = new(scan);
        foreach (var part in (IEnumerable<ClassCounts>)[sequences.Counts, .. uuids.Select(part => part.Counts), texts.Counts])
        {
            Counts.Add(part);
        }
    }

    /// <summary>The classes that two files tell apart.</summary>
    public static IReadOnlyList<IdClass> Classes { get; } = [IdClass.Delivered, IdClass.Lost, IdClass.Duplicated, IdClass.Unexpected];

    /// <summary>Distinct expected ids.</summary>
    public long Expected => Counts.Of(IdClass.Delivered) + Counts.Of(IdClass.Lost);

    /// <summary>Ids that were expected more than once.</summary>
    public long ExpectedTwice => Counts.ExpectedTwice;

    private ClassCounts Counts { get; } = new();

    /// <summary>How many ids are of a class.</summary>
    public long CountOf(IdClass idClass) => Counts.Of(idClass);

    /// <summary>The first intervals of a class, at most so many.</summary>
    public IEnumerable<IdInterval> Intervals(IdClass idClass, int most) =>
        sequences.Intervals(idClass)
            .Concat(uuids.Where(part => part.Counts.Of(idClass) > 0).SelectMany(part => part.Smallest(idClass, most)).Select(uuid => new IdInterval(uuid, uuid, 1)))
            .Concat(texts.Counts.Of(idClass) > 0 ? texts.Intervals(idClass) : [])
            .Take(most);

    /// <summary>Writes all ids of a class.</summary>
    public void WriteAll(IdClass idClass, IdListFile list)
    {
        sequences.WriteAll(idClass, list);
        foreach (var part in uuids)
        {
            part.WriteAll(idClass, list);
        }

        foreach (var text in texts.Of(idClass))
        {
            list.Write(text);
        }
    }

    /// <summary>Bytes, each a char, as the UTF-8 that they most likely are.</summary>
    public static string Readable(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}

/// <summary>Counts by class.</summary>
internal sealed class ClassCounts
{
    private readonly long[] counts = new long[Enum.GetValues<IdClass>().Length];

    /// <summary>Ids that were expected more than once.</summary>
    public long ExpectedTwice { get; set; }

    /// <summary>The count of a class.</summary>
    public ref long Of(IdClass idClass) => ref counts[(int)idClass];

    /// <summary>Counts an id by what is known of it.</summary>
    public void Count(IdSightings seen)
    {
        ExpectedTwice += seen.HasFlag(IdSightings.ExpectedTwice) ? 1 : 0;
        foreach (var idClass in Comparison.Classes)
        {
            counts[(int)idClass] += seen.IsOf(idClass) ? 1 : 0;
        }
    }

    /// <summary>Adds other counts.</summary>
    public void Add(ClassCounts other)
    {
        ExpectedTwice += other.ExpectedTwice;
        for (var at = 0; at < counts.Length; at++)
        {
            counts[at] += other.counts[at];
        }
    }
}

/// <summary>Where an id was seen.</summary>
[Flags]
internal enum IdSightings : byte
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In the file of expected ids.</summary>
    Expected = 1,

    /// <summary>There more than once.</summary>
    ExpectedTwice = 2,

    /// <summary>In the other file.</summary>
    Actual = 4,

    /// <summary>There more than once.</summary>
    ActualTwice = 8,
}

/// <summary>From sightings to classes.</summary>
internal static class IdSightingsExtensions
{
    /// <summary>One more sighting in a file.</summary>
    public static IdSightings And(this IdSightings seen, bool expected) => expected
        ? seen | IdSightings.Expected | (seen.HasFlag(IdSightings.Expected) ? IdSightings.ExpectedTwice : 0)
        : seen | IdSightings.Actual | (seen.HasFlag(IdSightings.Actual) ? IdSightings.ActualTwice : 0);

    /// <summary>Whether an id seen so is of a class.</summary>
    public static bool IsOf(this IdSightings seen, IdClass idClass) => idClass switch
    {
        IdClass.Delivered => (seen & (IdSightings.Expected | IdSightings.Actual)) == (IdSightings.Expected | IdSightings.Actual),
        IdClass.Lost => (seen & (IdSightings.Expected | IdSightings.Actual)) == IdSightings.Expected,
        IdClass.Duplicated => seen.HasFlag(IdSightings.ActualTwice),
        IdClass.Unexpected => (seen & (IdSightings.Expected | IdSightings.Actual)) == IdSightings.Actual,
        _ => false,
    };
}
