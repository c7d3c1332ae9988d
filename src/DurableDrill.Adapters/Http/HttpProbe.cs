using System.Globalization;
using System.Text.Json;
using DurableDrill.Adapters.Prometheus;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Http;

/// <summary>
/// A number out of an HTTP answer. <c>http: URL</c>; <c>value</c>: a path in its JSON (<c>$.counts.stored</c>), to a number, a text that is one, or true or false
/// (1 or 0); with <c>is</c> (<c>ALIVE</c>) it is 1 where the text there is this one, else 0; or <c>metric</c>: of its Prometheus text (<c>name{label="x"}</c>), summed over all samples that match; without either it is the
/// answer's status, such as 200. The request's: <c>user</c>, <c>password</c>, <c>bearer</c> (references).
/// </summary>
internal sealed class HttpProbe(HttpSource source, JsonPath? value, string? wanted, MetricSelector? metric, TimeProvider time) : IProbe, IServerClock
{
    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var value = options.Optional("value");
        var metric = options.Optional("metric");
        if (value is not null && metric is not null)
        {
            options.Wrong("metric", "and \"value\" are given; allowed: one of them");
        }

        var wanted = options.Optional("is");
        if (wanted is not null && value is null)
        {
            options.Wrong("is", "needs \"value\", the JSON path of the text");
        }

        var path = value is null ? null : JsonPath.TryParse(value);
        if (value is not null && path is null)
        {
            options.Wrong("value", $"is \"{value}\"; allowed: a JSON path such as $.counts.stored or $.nodes[0].lag");
        }

        var selector = metric is null ? null : MetricSelector.TryParse(metric);
        if (metric is not null && selector is null)
        {
            options.Wrong("metric", $"is \"{metric}\"; allowed: a metric such as name or name{{label=\"x\"}}");
        }

        return new HttpProbe(HttpSource.Of(options, host.Secrets), path, wanted, selector, host.Time);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        if (metric is not null)
        {
            return new(metric.Sum(await source.GetBodyAsync(cancellation)) ?? throw source.Failed($"no sample matches {metric}"));
        }

        return new(value is null
            ? (await source.GetAsync(cancellation)).Status
            : Parse(await source.GetBodyAsync(cancellation), value));
    }

    // The Date header is cut to whole seconds, and servers make it once a second and send it again until then (Kestrel, nginx).
    public async Task<ClockOffset?> ReadOffsetAsync(CancellationToken cancellation)
    {
        try
        {
            var before = time.GetUtcNow();
            return (await source.GetAsync(cancellation)).Date is { } date
                ? ClockOffset.Of(before, date, time.GetUtcNow(), resolution: TimeSpan.FromSeconds(2))
                : null;
        }
        catch (ProbeException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private double Parse(string body, JsonPath path)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return path.Find(json.RootElement) switch
            {
                { ValueKind: not JsonValueKind.Null } when wanted is not null => path.FindText(json.RootElement) == wanted ? 1 : 0,
                { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
                { ValueKind: JsonValueKind.True } => 1,
                { ValueKind: JsonValueKind.False } => 0,
                { ValueKind: JsonValueKind.String } text when double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
                null => throw source.Failed($"there is nothing at {path} in {HttpSource.Quoted(body)}"),
                { } other => throw source.Failed($"at {path} stands no number but {HttpSource.Quoted(other.GetRawText())}"),
            };
        }
        catch (JsonException)
        {
            throw source.Failed($"the answer is not JSON: {HttpSource.Quoted(body)}");
        }
    }
}
