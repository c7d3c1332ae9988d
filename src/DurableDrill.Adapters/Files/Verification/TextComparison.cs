using System.Runtime.InteropServices;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>The ids that are kept as text.</summary>
internal sealed class TextComparison
{
    private readonly Dictionary<string, IdSightings> seen = [];

    public TextComparison(IdScan scan)
    {
        foreach (var (tallies, expected) in new[] { (scan.Expected, true), (scan.Actual, false) })
        {
            foreach (var (text, twice) in tallies.SelectMany(tally => tally.Texts))
            {
                See(text, expected);
                if (twice)
                {
                    See(text, expected);
                }
            }
        }

        foreach (var sightings in seen.Values)
        {
            Counts.Count(sightings);
        }
    }

    public ClassCounts Counts { get; } = new();

    /// <summary>The texts of a class as intervals: a sequence of a few ids, or of a prefix that came seldom, is one too.</summary>
    public IEnumerable<IdInterval> Intervals(IdClass idClass) => IdSet.Of(Of(idClass)).Intervals()
        .Select(interval => interval with { First = Comparison.Readable(interval.First), Last = Comparison.Readable(interval.Last) });

    /// <summary>The texts of a class, byte by byte in order.</summary>
    public IEnumerable<string> Of(IdClass idClass) =>
        seen.Where(entry => entry.Value.IsOf(idClass)).Select(entry => entry.Key).Order(StringComparer.Ordinal);

    private void See(string text, bool expected)
    {
        ref var sightings = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, text, out _);
        sightings = sightings.And(expected);
    }
}
