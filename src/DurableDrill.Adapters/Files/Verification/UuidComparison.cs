using System.Numerics;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>The UUIDs of both files, a part at a time, so that only one part's table is in memory for each worker.</summary>
internal sealed class UuidComparison
{
    private readonly IReadOnlyList<UuidSet> expected;
    private readonly IReadOnlyList<UuidSet> actual;
    private readonly bool isUpper;

    public UuidComparison(IEnumerable<UuidSet?> expected, IEnumerable<UuidSet?> actual, bool isUpper)
    {
        this.expected = [.. expected.OfType<UuidSet>()];
        this.actual = [.. actual.OfType<UuidSet>()];
        this.isUpper = isUpper;
        if (!IsEmpty)
        {
            Parallel.For(0, UuidSet.Parts, new() { MaxDegreeOfParallelism = 2 }, () => (Table: new Table(), Counts: new ClassCounts()), (part, _, local) =>
            {
                Load(local.Table, part);
                foreach (var (_, seen) in local.Table.Entries())
                {
                    local.Counts.Count(seen);
                }

                return local;
            }, local =>
            {
                lock (Counts)
                {
                    Counts.Add(local.Counts);
                }
            });
        }
    }

    public ClassCounts Counts { get; } = new();

    private bool IsEmpty => expected.Count + actual.Count == 0;

    /// <summary>The smallest UUIDs of a class, in order, at most so many.</summary>
    public IEnumerable<string> Smallest(IdClass idClass, int most)
    {
        var smallest = new SortedSet<UInt128>();
        foreach (var uuid in Of(idClass))
        {
            if (smallest.Count < most || uuid < smallest.Max)
            {
                smallest.Add(uuid);
                if (smallest.Count > most)
                {
                    smallest.Remove(smallest.Max);
                }
            }
        }

        return smallest.Select(uuid => UuidText.TextOf(uuid, isUpper));
    }

    /// <summary>Writes the UUIDs of a class, in no order.</summary>
    public void WriteAll(IdClass idClass, IdListFile list)
    {
        foreach (var uuid in Of(idClass))
        {
            list.Write(UuidText.TextOf(uuid, isUpper));
        }
    }

    private IEnumerable<UInt128> Of(IdClass idClass)
    {
        if (Counts.Of(idClass) == 0)
        {
            yield break;
        }

        var table = new Table();
        for (var part = 0; part < UuidSet.Parts; part++)
        {
            Load(table, part);
            foreach (var (uuid, seen) in table.Entries())
            {
                if (seen.IsOf(idClass))
                {
                    yield return uuid;
                }
            }
        }
    }

    private void Load(Table table, int part)
    {
        table.Clear(expected.Concat(actual).Sum(set => set.CountOf(part)));
        foreach (var (sets, isExpected) in new[] { (expected, true), (actual, false) })
        {
            foreach (var set in sets)
            {
                for (var at = 0; at < set.CountOf(part); at++)
                {
                    table.See(set.At(part, at), isExpected);
                }
            }
        }
    }

    /// <summary>An open hash table; whole UUIDs are compared, so that equal hashes do no harm.</summary>
    private sealed class Table
    {
        private UInt128[] uuids = [];
        private IdSightings[] seen = [];

        public void Clear(int count)
        {
            var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count * 2, 16));
            if (uuids.Length != size)
            {
                (uuids, seen) = (new UInt128[size], new IdSightings[size]);
            }
            else
            {
                Array.Clear(seen);
            }
        }

        public void See(UInt128 uuid, bool expected)
        {
            var at = (int)UuidSet.Hash(uuid) & (uuids.Length - 1);
            while (seen[at] != IdSightings.None && uuids[at] != uuid)
            {
                at = (at + 1) & (uuids.Length - 1);
            }

            uuids[at] = uuid;
            seen[at] = seen[at].And(expected);
        }

        public IEnumerable<(UInt128 Uuid, IdSightings Seen)> Entries()
        {
            for (var at = 0; at < seen.Length; at++)
            {
                if (seen[at] != IdSightings.None)
                {
                    yield return (uuids[at], seen[at]);
                }
            }
        }
    }
}
