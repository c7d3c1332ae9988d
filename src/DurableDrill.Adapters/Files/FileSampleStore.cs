using System.Runtime.CompilerServices;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Files;

/// <summary>
/// Samples as JSON Lines, one file for each burst: <c>ROOT/DRILL/samples/NNNNNN.jsonl</c>. A burst is there whole or not at all.
/// </summary>
/// <param name="root">The folder of all drills.</param>
public sealed class FileSampleStore(string root) : ISampleStore
{
    /// <inheritdoc/>
    public Task WriteAsync(string drillId, int burst, IReadOnlyList<Sample> samples, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(burst);
        return AtomicFile.WriteAsync(
            Path.Combine(FolderOf(drillId), $"{burst:D6}.jsonl"),
            async stream => await stream.WriteAsync(SampleLines.Write(samples), cancellation),
            cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A line is no sample: the file and the line are named.</exception>
    public async IAsyncEnumerable<SampleBurst> ReadAsync(string drillId, int firstBurst, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var folder = FolderOf(drillId);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var (burst, path) in BurstsIn(folder).Where(each => each.Burst >= firstBurst).OrderBy(each => each.Burst))
        {
            yield return new(burst, SampleLines.Read(await File.ReadAllBytesAsync(path, cancellation), path));
        }
    }

    private static IEnumerable<(int Burst, string Path)> BurstsIn(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.jsonl"))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(path), out var burst))
            {
                yield return (burst, path);
            }
        }
    }

    private string FolderOf(string drillId) => Path.Combine(root, drillId, "samples");
}
