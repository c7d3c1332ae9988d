using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>The sequence ids of both files, bitmap by bitmap.</summary>
internal sealed class SequenceComparison
{
    /// <summary>Ids in a row of a list: 512 bytes of bits.</summary>
    private const int RowLength = 4096;
    private const int Workers = 2;

    private readonly IdScan scan;
    private readonly ClassCounts runs = new();

    public SequenceComparison(IdScan scan)
    {
        this.scan = scan;
        List<(FamilyId Family, ulong Chunk)> chunks;
        using (var words = new ChunkWords(scan))
        {
            chunks = [.. scan.Registry.Families.SelectMany(family => words.ChunksOf(family).Select(chunk => (family, chunk)))];
        }

        Parallel.For(0, Workers, worker =>
        {
            var (ids, runsHere) = (new ClassCounts(), new ClassCounts());
            using var words = new ChunkWords(scan);
            for (var at = worker; at < chunks.Count; at += Workers)
            {
                words.CountAll(chunks[at].Family, chunks[at].Chunk, ids, runsHere);
            }

            lock (Counts)
            {
                Counts.Add(ids);
                runs.Add(runsHere);
            }
        });
        foreach (var (_, seen) in scan.Registry.Families.SelectMany(SparseOf))
        {
            Counts.Count(seen);
        }
    }

    public ClassCounts Counts { get; } = new();

    /// <summary>The ids of a class as maximal intervals: by prefix, then number of digits, then number.</summary>
    public IEnumerable<IdInterval> Intervals(IdClass idClass)
    {
        NumberRun? open = null;
        foreach (var run in Runs(idClass))
        {
            if (open is { } before)
            {
                if (before.GoesOnIn(run))
                {
                    open = before with { Last = run.Last, LastDigits = run.LastDigits };
                    continue;
                }

                yield return before.ToInterval();
            }

            open = run;
        }

        if (open is { } end)
        {
            yield return end.ToInterval();
        }
    }

    /// <summary>Writes the ids of a class, as intervals or as rows of bits, whichever is shorter.</summary>
    public void WriteAll(IdClass idClass, IdListFile list)
    {
        // A row has 1 KB of digits for 4,096 ids, an interval two ids of about 16 characters.
        if (runs.Of(idClass) * 32 < Counts.Of(idClass) / RowLength * 1056)
        {
            foreach (var interval in Intervals(idClass))
            {
                Write(list, interval);
            }

            return;
        }

        using var words = new ChunkWords(scan);
        foreach (var family in scan.Registry.Families)
        {
            foreach (var chunk in words.ChunksOf(family))
            {
                if (words.TryMake(family, chunk, idClass))
                {
                    WriteRows(list, family, chunk << SequenceFamily.ChunkBits, words.Bytes);
                }
            }

            foreach (var (number, _) in SparseOf(family).Where(entry => entry.Seen.IsOf(idClass)))
            {
                list.Write(SequenceText.IdOf(family, number));
            }
        }
    }

    private static void Write(IdListFile list, IdInterval interval)
    {
        if (interval.Count == 1)
        {
            list.Write(interval.First);
        }
        else
        {
            list.Write(interval.First, interval.Last);
        }
    }

    private static void WriteRows(IdListFile list, FamilyId family, ulong first, ReadOnlySpan<byte> bits)
    {
        for (var at = 0; at < bits.Length; at += RowLength / 8)
        {
            var row = bits.Slice(at, RowLength / 8);
            if (row.ContainsAnyExcept((byte)0))
            {
                var from = first + (ulong)at * 8;
                list.Write(SequenceText.IdOf(family, from), SequenceText.IdOf(family, from + RowLength - 1), row);
            }
        }
    }

    private IEnumerable<NumberRun> Runs(IdClass idClass)
    {
        if (Counts.Of(idClass) == 0)
        {
            yield break;
        }

        using var words = new ChunkWords(scan);
        foreach (var (family, from, to, digits) in NumberRange.Of(scan.Registry.Families))
        {
            foreach (var chunk in words.ChunksOf(family))
            {
                var start = chunk << SequenceFamily.ChunkBits;
                if (start > to || start + SequenceFamily.OffsetMask < from || !words.TryMake(family, chunk, idClass))
                {
                    continue;
                }

                for (var at = 0u; words.TryNextRun(ref at, out var first, out var last);)
                {
                    var (low, high) = (Math.Max(start + first, from), Math.Min(start + last, to));
                    if (low <= high)
                    {
                        yield return new(family.Prefix, low, high, digits, digits);
                    }
                }
            }

            foreach (var (number, _) in SparseOf(family).Where(entry => entry.Number >= from && entry.Number <= to && entry.Seen.IsOf(idClass)))
            {
                yield return new(family.Prefix, number, number, digits, digits);
            }
        }
    }

    /// <summary>The numbers of a family that are in no bitmap, in order.</summary>
    private IEnumerable<(ulong Number, IdSightings Seen)> SparseOf(FamilyId family)
    {
        var all = scan.Expected.Select(tally => (tally, true)).Concat(scan.Actual.Select(tally => (tally, false)))
            .SelectMany(entry => (entry.tally.Find(family)?.Sparse ?? []).Select(number => (number, entry.Item2)))
            .ToArray();
        if (all.Length == 0)
        {
            yield break;
        }

        Array.Sort(all);
        var (current, seen) = (all[0].number, IdSightings.None);
        foreach (var (number, expected) in all)
        {
            if (number != current)
            {
                yield return (current, seen);
                (current, seen) = (number, IdSightings.None);
            }

            seen = seen.And(expected);
        }

        yield return (current, seen);
    }
}
