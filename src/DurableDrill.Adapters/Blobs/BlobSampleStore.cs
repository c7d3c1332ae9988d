using System.Runtime.CompilerServices;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Blobs;

/// <summary>Samples as JSON Lines, one block blob a burst, named by its number so that a retry overwrites: <c>samples/DRILL/NNNNNN.jsonl</c>.</summary>
internal sealed class BlobSampleStore(BlobFolder folder) : ISampleStore
{
    /// <inheritdoc/>
    public Task WriteAsync(string drillId, int burst, IReadOnlyList<Sample> samples, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(burst);
        return folder.WriteAsync(NameOf(drillId, burst), SampleLines.Write(samples), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A line is no sample: the blob and the line are named.</exception>
    public async IAsyncEnumerable<SampleBurst> ReadAsync(string drillId, int firstBurst, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var blob in folder.ListAsync($"{drillId}/", cancellation))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(blob.Name), out var burst) && burst >= firstBurst
                && await folder.ReadAsync(blob.Name, cancellation) is { } read)
            {
                yield return new(burst, SampleLines.Read(read.Value, folder.Locate(blob.Name)));
            }
        }
    }

    /// <summary>Listings come in order of name, so the numbers are written with leading zeros.</summary>
    private static string NameOf(string drillId, int burst) => $"{drillId}/{burst:D6}.jsonl";
}
