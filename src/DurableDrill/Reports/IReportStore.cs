namespace DurableDrill.Reports;

/// <summary>Keeps what belongs to a drill's report, by drill and name. Writing a name again replaces it, whole or not at all.</summary>
public interface IReportStore
{
    /// <summary>Writes one document.</summary>
    Task WriteAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Writes one document that must not be there yet: of two writers, one wins.</summary>
    /// <returns>False when it is there already; it is left as it is.</returns>
    Task<bool> TryCreateAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Reads one document; null when there is none.</summary>
    Task<byte[]?> ReadAsync(string drillId, string name, CancellationToken cancellation);

    /// <summary>Writes one document line by line (UTF-8, LF), in bounded memory. It is there whole or not at all, as any other.</summary>
    /// <param name="drillId">The drill.</param>
    /// <param name="name">The document.</param>
    /// <param name="lines">None has an end of line in it.</param>
    /// <param name="cancellation">Nothing was changed.</param>
    Task WriteLinesAsync(string drillId, string name, IAsyncEnumerable<string> lines, CancellationToken cancellation);

    /// <summary>Reads one document line by line, in bounded memory; no line when there is none.</summary>
    IAsyncEnumerable<string> ReadLinesAsync(string drillId, string name, CancellationToken cancellation);

    /// <summary>Where a person finds the document: a path or a URL.</summary>
    string Locate(string drillId, string name);
}
