using System.Runtime.CompilerServices;
using DurableDrill.Reports;

namespace DurableDrill.Adapters.Files;

/// <summary>Reports as files: <c>ROOT/DRILL/NAME</c>. A document is there whole or not at all.</summary>
/// <param name="root">The folder of all drills.</param>
public sealed class FileReportStore(string root) : IReportStore
{
    /// <inheritdoc/>
    public Task WriteAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(Locate(drillId, name), async stream => await stream.WriteAsync(content, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<bool> TryCreateAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        AtomicFile.TryCreateAsync(Locate(drillId, name), content, cancellation);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string drillId, string name, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(Locate(drillId, name), cancellation);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task WriteLinesAsync(string drillId, string name, IAsyncEnumerable<string> lines, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(Locate(drillId, name), stream => StreamLines.WriteAsync(stream, lines, cancellation), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ReadLinesAsync(string drillId, string name, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!File.Exists(Locate(drillId, name)))
        {
            yield break;
        }

        await using var stream = new FileStream(
            Locate(drillId, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, StreamLines.BufferBytes, useAsync: true);
        await foreach (var line in StreamLines.ReadAsync(stream, cancellation))
        {
            yield return line;
        }
    }

    /// <inheritdoc/>
    public string Locate(string drillId, string name) => Path.Combine(root, drillId, name);
}
