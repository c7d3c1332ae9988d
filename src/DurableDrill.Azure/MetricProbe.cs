using Azure;
using Azure.Core;
using Azure.Monitor.Query;
using Azure.Monitor.Query.Models;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Azure;

/// <summary>
/// A metric of Azure Monitor. <c>azure_metric: RESOURCE-ID</c>; <c>metric</c>, for a container group one of CpuUsage, MemoryUsage,
/// NetworkBytesReceivedPerSecond, NetworkBytesTransmittedPerSecond; <c>aggregation</c>: average (the default), minimum, maximum, total, count;
/// <c>container</c>: one container of the group. The value is of one minute, and speaks of its end; a minute arrives one to three minutes later.
/// </summary>
internal sealed class MetricProbe(Lazy<MetricsQueryClient> client, ResourceIdentifier resource, string metric, string aggregation, string? container, TimeProvider time) : IProbe
{
    public const string Kind = "azure_metric";

    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<string, (MetricAggregationType Type, Func<MetricValue, double?> Of)> Aggregations = new()
    {
        ["average"] = (MetricAggregationType.Average, value => value.Average),
        ["minimum"] = (MetricAggregationType.Minimum, value => value.Minimum),
        ["maximum"] = (MetricAggregationType.Maximum, value => value.Maximum),
        ["total"] = (MetricAggregationType.Total, value => value.Total),
        ["count"] = (MetricAggregationType.Count, value => value.Count),
    };

    public static IProbe Of(SourceOptions options, Lazy<MetricsQueryClient> client, TimeProvider time)
    {
        var metric = options.Required("metric", "the metric's name, as CpuUsage");
        var aggregation = options.OneOf("aggregation", "average", [.. Aggregations.Keys]);
        var container = options.Optional("container");
        if (!ResourceIdentifier.TryParse(options.Address, out var resource))
        {
            options.Wrong(Kind, "is no resource id; allowed: /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerInstance/containerGroups/NAME");
        }

        return new MetricProbe(client, resource!, metric, aggregation, container, time);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var (type, of) = Aggregations[aggregation];
        var now = time.GetUtcNow();
        var options = new MetricsQueryOptions { TimeRange = new QueryTimeRange(now - LookBack, now), Granularity = Grain, Aggregations = { type } };
        if (container is not null)
        {
            options.Filter = $"containerName eq '{container.Replace("'", "''")}'";
        }

        try
        {
            var result = (await client.Value.QueryResourceAsync(resource.ToString(), [metric], options, cancellation)).Value;
            // The newest minute may still be filling: Azure Monitor leaves out what it does not know, and so do we.
            var newest = result.Metrics.SelectMany(each => each.TimeSeries).SelectMany(series => series.Values)
                .Where(value => of(value) is not null && value.TimeStamp + Grain <= now)
                .OrderBy(value => value.TimeStamp).LastOrDefault();
            return newest is null
                ? throw new ProbeException($"{metric} of {resource.Name}: Azure Monitor has no value of the last {LookBack.TotalMinutes:0} minutes")
                : new(of(newest)!.Value, newest.TimeStamp + Grain);
        }
        catch (RequestFailedException error)
        {
            throw new ProbeException($"{metric} of {resource.Name}: {error.Status} {error.ErrorCode}: {error.Message.Split('\n')[0].Trim()}", error);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
