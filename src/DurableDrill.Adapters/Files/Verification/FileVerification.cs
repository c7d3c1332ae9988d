using System.Runtime.ExceptionServices;
using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>
/// Compares two files of ids, one a line, gzip too. Two ids are the same when their bytes are: "7" and "007" are two. A CR before the end of a line
/// belongs to the end, empty lines are skipped and counted, the last line needs no end. Memory: a bit for each sequence id and file (and as much
/// again for duplicates), 16 bytes for each UUID and file; anything else is kept as text.
/// </summary>
public static class FileVerification
{
    /// <summary>What a worker takes of a file at once.</summary>
    private const long PieceSize = 4 << 20;

    /// <summary>Small enough to stay in the second-level cache until it is scanned.</summary>
    private const int BlockSize = 256 << 10;

    /// <summary>Compares, judges, and writes what does not fit into the result.</summary>
    /// <exception cref="IdSourceException">A file cannot be read, or the folder for ids cannot be written; the message names it.</exception>
    public static FileVerificationResult Run(string expectedPath, string actualPath, FileVerificationOptions options) =>
        Run(expectedPath, actualPath, options, PieceSize, BlockSize);

    /// <summary>The same, for tests that want many pieces of a small file.</summary>
    internal static FileVerificationResult Run(string expectedPath, string actualPath, FileVerificationOptions options, long pieceSize, int blockSize)
    {
        using var expected = FileErrors.Told(expectedPath, () => IdFile.Open(expectedPath, pieceSize));
        using var actual = FileErrors.Told(actualPath, () => IdFile.Open(actualPath, pieceSize));
        using var scan = IdScan.Of(expected, actual, blockSize);
        var comparison = new Comparison(scan);
        var failures = Failures(comparison, options.Guarantee).ToList();
        var ids = ListAll(comparison, options);
        var nothing = comparison.Expected == 0;
        return new()
        {
            Status = failures.Count > 0 ? IntegrityStatus.Failed : nothing ? IntegrityStatus.Inconclusive : IntegrityStatus.Passed,
            Reasons = nothing ? [.. failures, "no id was expected: that proves nothing"] : failures,
            Expected = comparison.Expected,
            Delivered = comparison.CountOf(IdClass.Delivered),
            Lost = comparison.CountOf(IdClass.Lost),
            Duplicated = comparison.CountOf(IdClass.Duplicated),
            Unexpected = comparison.CountOf(IdClass.Unexpected),
            ExpectedTwice = comparison.ExpectedTwice,
            EmptyLines = scan.Expected.Concat(scan.Actual).Sum(tally => tally.EmptyLines),
            Classes = ids.Select((of, at) => (of, at)).ToDictionary(entry => Comparison.Classes[entry.at], entry => entry.of),
        };
    }

    /// <summary>Two large lists take as long as one: they are written at the same time.</summary>
    private static ClassIds[] ListAll(Comparison comparison, FileVerificationOptions options)
    {
        var ids = new ClassIds[Comparison.Classes.Count];
        try
        {
            Parallel.For(0, ids.Length, at => ids[at] = IdsOf(comparison, Comparison.Classes[at], options));
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        return ids;
    }

    private static IEnumerable<string> Failures(Comparison comparison, Guarantee guarantee)
    {
        if (comparison.CountOf(IdClass.Lost) is var lost and > 0)
        {
            yield return $"{lost} lost";
        }

        if (comparison.CountOf(IdClass.Duplicated) is var duplicated and > 0 && guarantee is not Guarantee.AtLeastOnce)
        {
            yield return $"{duplicated} duplicated, against the guarantee";
        }

        if (comparison.CountOf(IdClass.Unexpected) is var unexpected and > 0)
        {
            yield return $"{unexpected} unexpected";
        }
    }

    private static ClassIds IdsOf(Comparison comparison, IdClass idClass, FileVerificationOptions options)
    {
        List<IdInterval> intervals = [.. comparison.Intervals(idClass, options.MaxIntervals + 1)];
        if (intervals.Count <= options.MaxIntervals)
        {
            return new(comparison.CountOf(idClass), intervals);
        }

        string? file = null;
        if (options.IdsFolder is { } folder)
        {
            file = Path.Combine(folder, $"{idClass.ToString().ToLowerInvariant()}.ids");
            FileErrors.Told(file, () =>
            {
                Directory.CreateDirectory(folder);
                using var list = new IdListFile(file);
                comparison.WriteAll(idClass, list);
                return true;
            });
        }

        return new(comparison.CountOf(idClass), intervals[..options.MaxIntervals], Truncated: true, file);
    }
}
