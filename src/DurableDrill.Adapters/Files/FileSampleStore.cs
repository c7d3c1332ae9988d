using System.Runtime.CompilerServices;
using System.Text.Json;
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
            async stream =>
            {
                await using var writer = new StreamWriter(stream, leaveOpen: true);
                foreach (var sample in samples)
                {
                    await writer.WriteLineAsync(JsonSerializer.Serialize(sample, DrillJson.Options).AsMemory(), cancellation);
                }
            },
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
            var samples = new List<Sample>();
            await foreach (var line in File.ReadLinesAsync(path, cancellation))
            {
                samples.Add(Parse(line, path, samples.Count + 1));
            }

            yield return new(burst, samples);
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

    private static Sample Parse(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<Sample>(line, DrillJson.Options);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}, line {number}: not a sample ({error.Message})", error);
        }
    }

    private string FolderOf(string drillId) => Path.Combine(root, drillId, "samples");
}
