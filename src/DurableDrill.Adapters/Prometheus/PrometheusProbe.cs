using System.Globalization;
using System.Text.Json;
using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Prometheus;

/// <summary>
/// A PromQL query that gives one number. <c>prometheus: URL</c> of the server; <c>query</c>. A plain selector (<c>up{job="kafka"}</c>) is read as its last raw sample
/// with the time of its scrape, at most <c>lookback</c> old (default 1m, so that a metric does not outlive its source); anything else is
/// evaluated now. The request's: <c>user</c>, <c>password</c>, <c>bearer</c> (references).
/// </summary>
internal sealed class PrometheusProbe(HttpSource source) : IProbe
{
    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var query = options.Required("query", "a PromQL expression that gives one number").Trim();
        var lookback = options.Duration("lookback") ?? TimeSpan.FromMinutes(1);
        if (MetricSelector.TryParse(query) is not null)
        {
            // An instant query would give the time of the evaluation; a range gives the samples as they were scraped.
            query = $"{query}[{(long)lookback.TotalMilliseconds}ms]";
        }

        return new PrometheusProbe(HttpSource.Of(options, host.Secrets).At($"/api/v1/query?query={Uri.EscapeDataString(query)}"));
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        // An error of Prometheus comes with status 400 or 422 and says why in the same form.
        var answer = await source.GetAsync(cancellation);
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            var root = json.RootElement;
            if (root.GetProperty("status").GetString() != "success")
            {
                throw source.Failed($"{answer.Status}: {root.GetProperty("error").GetString()}");
            }

            return Read(root.GetProperty("data"));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw source.Failed($"{answer.Status} {answer.Reason}: not an answer of Prometheus: {HttpSource.Quoted(answer.Body)}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ProbeReading Read(JsonElement data)
    {
        var type = data.GetProperty("resultType").GetString();
        var result = data.GetProperty("result");
        if (type == "scalar")
        {
            return Sample(result);
        }

        if (type is not ("vector" or "matrix"))
        {
            throw source.Failed($"the query gives a {type}, which is no number");
        }

        return result.GetArrayLength() switch
        {
            0 => throw source.Failed("the query gives nothing: no series, or none that was scraped lately"),
            1 when type == "vector" => Sample(result[0].GetProperty("value")),
            1 => Sample(result[0].GetProperty("values").EnumerateArray().Last()),
            var count => throw source.Failed(
                $"the query gives {count} series, {result[0].GetProperty("metric").GetRawText()} and {result[1].GetProperty("metric").GetRawText()} among them; make it one, with sum(...) or more labels"),
        };
    }

    private static ProbeReading Sample(JsonElement pair) => new(
        pair[1].GetString() switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
        },
        DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(pair[0].GetDouble() * 1000)));
}
