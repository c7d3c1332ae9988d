using System.Runtime.ExceptionServices;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>Both files, read by two workers at once: each begins with a file of its own and then helps the other.</summary>
internal sealed class IdScan : IDisposable
{
    private const int Workers = 2;
    private readonly Arena[] arenas = [.. Enumerable.Range(0, Workers).Select(_ => new Arena())];
    private readonly Tally[] expected;
    private readonly Tally[] actual;

    private IdScan()
    {
        expected = [.. arenas.Select(arena => new Tally(Registry, arena))];
        actual = [.. arenas.Select(arena => new Tally(Registry, arena))];
    }

    /// <summary>The families that were met.</summary>
    public FamilyRegistry Registry { get; } = new();

    /// <summary>What the workers read of the expected ids.</summary>
    public IReadOnlyList<Tally> Expected => expected;

    /// <summary>What the workers read of the actual ids.</summary>
    public IReadOnlyList<Tally> Actual => actual;

    /// <summary>Reads both files.</summary>
    /// <exception cref="Integrity.IdSourceException">One of them cannot be read.</exception>
    public static IdScan Of(IdFile expected, IdFile actual, int blockSize)
    {
        var scan = new IdScan();
        try
        {
            Task.WaitAll(
                Task.Run(() => Work(blockSize, (expected, scan.expected[0]), (actual, scan.actual[0]))),
                Task.Run(() => Work(blockSize, (actual, scan.actual[1]), (expected, scan.expected[1]))));
        }
        catch (AggregateException error)
        {
            scan.Dispose();
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        foreach (var tally in scan.expected.Concat(scan.actual))
        {
            tally.SettleTexts();
        }

        scan.SettleSparse();
        return scan;
    }

    public void Dispose()
    {
        foreach (var tally in expected.Concat(actual))
        {
            tally.Dispose();
        }

        foreach (var arena in arenas)
        {
            arena.Dispose();
        }
    }

    private static void Work(int blockSize, params ReadOnlySpan<(IdFile File, Tally Tally)> jobs)
    {
        using var reader = new PieceReader(blockSize);
        foreach (var (file, tally) in jobs)
        {
            FileErrors.Told(file.Path, () =>
            {
                reader.ReadAll(file, tally);
                return true;
            });
            tally.Finish();
        }
    }

    /// <summary>A number is in a bitmap when any worker has one for it, so that it is found in one place only.</summary>
    private unsafe void SettleSparse()
    {
        Tally[] all = [.. expected, .. actual];
        foreach (var id in Registry.Families)
        {
            var families = all.Select(tally => tally.Find(id)).ToList();
            foreach (var family in families.OfType<SequenceFamily>())
            {
                family.Sparse = [.. family.Sparse.Where(number => !TryMove(family, number))];
            }

            bool TryMove(SequenceFamily family, ulong number)
            {
                var at = id.IndexOf(number);
                if (at >= SequenceFamily.Window || !families.Any(other => other is not null && other.Bits(number >> SequenceFamily.ChunkBits) != null))
                {
                    return false;
                }

                family.AddToChunk(number);
                return true;
            }
        }
    }
}
