using System.Text;
using System.Text.Json;

namespace DurableDrill.Reports;

/// <summary>The documents of a drill.</summary>
public static class ReportFiles
{
    /// <summary>The report, for programs.</summary>
    public const string Json = "report.json";

    /// <summary>The report, for people.</summary>
    public const string Markdown = "report.md";

    /// <summary>Writes a document as JSON.</summary>
    public static Task WriteJsonAsync<T>(this IReportStore store, string drillId, string name, T value, CancellationToken cancellation) =>
        store.WriteAsync(drillId, name, JsonSerializer.SerializeToUtf8Bytes(value, DrillJson.Indented), cancellation);

    /// <summary>Writes a document as text.</summary>
    public static Task WriteTextAsync(this IReportStore store, string drillId, string name, string text, CancellationToken cancellation) =>
        store.WriteAsync(drillId, name, Encoding.UTF8.GetBytes(text), cancellation);

    /// <summary>Reads a JSON document; the type's default when there is none.</summary>
    /// <exception cref="JsonException">It is there and is no such document.</exception>
    public static async Task<T?> ReadJsonAsync<T>(this IReportStore store, string drillId, string name, CancellationToken cancellation) =>
        await store.ReadAsync(drillId, name, cancellation) is { } content ? JsonSerializer.Deserialize<T>(content, DrillJson.Options) : default;
}
