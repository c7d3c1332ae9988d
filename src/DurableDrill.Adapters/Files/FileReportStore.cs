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
    public string Locate(string drillId, string name) => Path.Combine(root, drillId, name);
}
