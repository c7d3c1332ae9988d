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

    /// <summary>The report, for a browser.</summary>
    public const string Html = "report.html";

    /// <summary>The report, for build servers.</summary>
    public const string JUnit = "junit.xml";

    /// <summary>What started the drill; created only where there is none, so that of two starts of one id one wins.</summary>
    public const string Request = "request.json";

    /// <summary>Writes a document as JSON that must not be there yet; false when it is.</summary>
    public static Task<bool> TryCreateJsonAsync<T>(this IReportStore store, string drillId, string name, T value, CancellationToken cancellation) =>
        store.TryCreateAsync(drillId, name, JsonSerializer.SerializeToUtf8Bytes(value, DrillJson.Indented), cancellation);

    /// <summary>Writes a document as JSON.</summary>
    public static Task WriteJsonAsync<T>(this IReportStore store, string drillId, string name, T value, CancellationToken cancellation) =>
        store.WriteAsync(drillId, name, JsonSerializer.SerializeToUtf8Bytes(value, DrillJson.Indented), cancellation);

    /// <summary>Writes a report in all its forms.</summary>
    public static async Task WriteReportAsync(this IReportStore store, DrillReport report, CancellationToken cancellation)
    {
        await store.WriteTextAsync(report.DrillId, Markdown, ReportMarkdown.Render(report), cancellation);
        await store.WriteTextAsync(report.DrillId, Html, ReportHtml.Render(report), cancellation);
        await store.WriteTextAsync(report.DrillId, JUnit, ReportJUnit.Render(report), cancellation);

        // Last: who finds it finds the others.
        await store.WriteJsonAsync(report.DrillId, Json, report, cancellation);
    }

    /// <summary>Writes a document as text.</summary>
    public static Task WriteTextAsync(this IReportStore store, string drillId, string name, string text, CancellationToken cancellation) =>
        store.WriteAsync(drillId, name, Encoding.UTF8.GetBytes(text), cancellation);

    /// <summary>Reads a JSON document; the type's default when there is none.</summary>
    /// <exception cref="JsonException">It is there and is no such document.</exception>
    public static async Task<T?> ReadJsonAsync<T>(this IReportStore store, string drillId, string name, CancellationToken cancellation) =>
        await store.ReadAsync(drillId, name, cancellation) is { } content ? JsonSerializer.Deserialize<T>(content, DrillJson.Options) : default;
}
