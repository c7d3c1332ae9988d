using System.Globalization;
using Azure;
using Azure.Monitor.Query;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Azure;

/// <summary>
/// A query of Log Analytics. <c>azure_log: WORKSPACE-ID</c>; <c>query</c>: KQL whose first row has the number in its first column, and, in a
/// column TimeGenerated, the time that it speaks of; <c>lookback</c>: default 15m. Lines arrive minutes late.
/// </summary>
internal sealed class LogProbe(Lazy<LogsQueryClient> client, string workspace, string query, TimeSpan lookback) : IProbe
{
    public const string Kind = "azure_log";

    private const string TimeColumn = "TimeGenerated";

    public static IProbe Of(SourceOptions options, Lazy<LogsQueryClient> client)
    {
        var query = options.Required("query", "KQL that gives one row: the number, and TimeGenerated");
        var lookback = options.Duration("lookback") ?? TimeSpan.FromMinutes(15);
        if (!Guid.TryParse(options.Address, out _))
        {
            options.Wrong(Kind, "is no id of a workspace; allowed: its GUID");
        }

        return new LogProbe(client, options.Address, query, lookback);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var table = (await client.Value.QueryWorkspaceAsync(workspace, query, new QueryTimeRange(lookback), cancellationToken: cancellation)).Value.Table;
            if (table.Rows.Count == 0 || table.Rows[0][0] is not { } cell)
            {
                throw new ProbeException($"the log query gives no row: {query}");
            }

            var of = table.Columns.Any(column => column.Name == TimeColumn) ? table.Rows[0].GetDateTimeOffset(TimeColumn) : null;
            return double.TryParse(Convert.ToString(cell, CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? new(value, of)
                : throw new ProbeException($"the log query gives \"{cell}\", which is no number: {query}");
        }
        catch (RequestFailedException error)
        {
            throw new ProbeException($"the log query failed: {error.Status} {error.ErrorCode}: {error.Message.Split('\n')[0].Trim()}", error);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
