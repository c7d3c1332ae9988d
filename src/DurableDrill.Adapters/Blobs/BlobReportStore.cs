using DurableDrill.Reports;

namespace DurableDrill.Adapters.Blobs;

/// <summary>The report as blobs <c>reports/DRILL/NAME</c>, what belongs to it (the request, the integrity result) as <c>drills/DRILL/NAME</c>.</summary>
internal sealed class BlobReportStore(BlobFolder reports, BlobFolder drills) : IReportStore
{
    /// <inheritdoc/>
    public Task WriteAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        FolderOf(name).WriteAsync($"{drillId}/{name}", content, cancellation);

    /// <inheritdoc/>
    public Task<bool> TryCreateAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        FolderOf(name).TryCreateAsync($"{drillId}/{name}", content, null, cancellation);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string drillId, string name, CancellationToken cancellation) =>
        (await FolderOf(name).ReadAsync($"{drillId}/{name}", cancellation))?.Value;

    /// <inheritdoc/>
    public Task WriteLinesAsync(string drillId, string name, IAsyncEnumerable<string> lines, CancellationToken cancellation) =>
        FolderOf(name).WriteLinesAsync($"{drillId}/{name}", lines, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ReadLinesAsync(string drillId, string name, CancellationToken cancellation) =>
        FolderOf(name).ReadLinesAsync($"{drillId}/{name}", cancellation);

    /// <inheritdoc/>
    public string Locate(string drillId, string name) => FolderOf(name).Locate($"{drillId}/{name}");

    private BlobFolder FolderOf(string name) => name.StartsWith("report.", StringComparison.Ordinal) || name == "junit.xml" ? reports : drills;
}
