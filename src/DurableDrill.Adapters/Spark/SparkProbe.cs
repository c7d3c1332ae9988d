using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Spark;

/// <summary>
/// What the driver of a Spark application says. <c>spark: URL</c> of its UI (port 4040); <c>value</c>: executors (default; alive, the driver not among them), batch
/// (the number of the streaming query's newest one), or of its last batch input_rate, processed_rate (rows per second) and batch_seconds, which need
/// <c>spark.sql.streaming.metricsEnabled</c>; <c>query</c>: its name (default: the only one). Spark keeps the figures of the last batch for ever: each is read
/// once a batch, with the time at which the newest began, so that a query that stands still makes a gap. The request's: <c>user</c>, <c>password</c>,
/// <c>bearer</c> (references).
/// </summary>
internal sealed partial class SparkProbe(HttpSource driver, string value, string? query) : IProbe
{
    /// <summary>Jobs that are looked through for one of the query: others may run beside it.</summary>
    private const int JobsBack = 8;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'GMT'";

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var value = options.OneOf("value", "executors", "executors", "batch", "input_rate", "processed_rate", "batch_seconds");
        var query = options.Optional("query");
        if (query is not null && value == "executors")
        {
            options.Wrong("query", "has no meaning here: executors are the application's");
        }

        return new SparkProbe(HttpSource.Of(options, host.Secrets), value, query);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var applications = await driver.At("/api/v1/applications").GetJsonAsync(cancellation);
            var application = applications.GetArrayLength() > 0
                ? "/api/v1/applications/" + applications[0].GetProperty("id").GetString()
                : throw driver.Failed("there is no application");
            if (value == "executors")
            {
                return new((await driver.At(application + "/executors").GetJsonAsync(cancellation)).EnumerateArray()
                    .Count(each => each.GetProperty("isActive").GetBoolean() && each.GetProperty("id").GetString() != "driver"));
            }

            // The last slash matters to Spark.
            var gauges = (await driver.At("/metrics/json/").GetJsonAsync(cancellation)).GetProperty("gauges");
            var (batch, began) = await NewestBatchAsync(application, gauges, cancellation);
            return value switch
            {
                "batch" => new(batch),
                "input_rate" => new(Gauge(gauges, "inputRate-total"), began),
                "processed_rate" => new(Gauge(gauges, "processingRate-total"), began),
                _ => new(Gauge(gauges, "latency") / 1000, began),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw driver.Failed($"not an answer of Spark: {error.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The newest job that a batch of the query is for. The list of all of them would be long; their number is a gauge.</summary>
    private async Task<(double Batch, DateTimeOffset Began)> NewestBatchAsync(string application, JsonElement gauges, CancellationToken cancellation)
    {
        var jobs = gauges.EnumerateObject().First(each => each.Name.EndsWith(".driver.DAGScheduler.job.allJobs", StringComparison.Ordinal)).Value.GetProperty("value").GetInt32();
        for (var id = jobs - 1; id >= Math.Max(0, jobs - JobsBack); id--)
        {
            var job = await driver.At($"{application}/jobs/{id}").GetJsonAsync(cancellation);
            if (job.TryGetProperty("description", out var description)
                && Batch().Match(description.GetString()!) is { Success: true } match && (query is null || match.Groups["query"].Value == query))
            {
                return (
                    double.Parse(match.Groups["batch"].ValueSpan, CultureInfo.InvariantCulture),
                    DateTimeOffset.ParseExact(job.GetProperty("submissionTime").GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
            }
        }

        throw driver.Failed(query is null ? "no batch of a streaming query has run lately" : $"no batch of a streaming query {query} has run lately");
    }

    private double Gauge(JsonElement gauges, string name)
    {
        var found = gauges.EnumerateObject()
            .Where(each => each.Name.Contains(".driver.spark.streaming.", StringComparison.Ordinal)
                && each.Name.EndsWith(query is null ? $".{name}" : $".streaming.{query}.{name}", StringComparison.Ordinal)).ToList();
        return found.Count switch
        {
            0 => throw driver.Failed("no streaming query tells its figures; it needs a name, and the application spark.sql.streaming.metricsEnabled"),
            1 => found[0].Value.GetProperty("value").GetDouble(),
            _ => throw driver.Failed($"{found.Count} streaming queries tell their figures; say which one: query: NAME"),
        };
    }

    // "orders\nid = ...\nrunId = ...\nbatch = 12"; a query without a name has none there either.
    [GeneratedRegex(@"^(?<query>[^\n]*)\n(.*\n)?batch = (?<batch>\d+)\s*$", RegexOptions.Singleline)]
    private static partial Regex Batch();
}
