using Azure.Monitor.Query;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Azure.Tests;

/// <summary>Azure Monitor through the SDK's own clients, against a server that speaks the REST API.</summary>
[Trait("Category", "Integration")]
public sealed class MonitorProbeTests : IAsyncLifetime
{
    private const string Workspace = "00000000-0000-0000-0000-000000000009";
    private static readonly DateTimeOffset Minute = new(DateTimeOffset.UtcNow.AddMinutes(-3).Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero);

    private LoopbackAzure azure = null!;

    public async Task InitializeAsync() => azure = await LoopbackAzure.StartAsync();

    public async Task DisposeAsync() => await azure.DisposeAsync();

    [Fact]
    public async Task Metric_GivesTheNewestWholeMinute_AndTheTimeItSpeaksOf()
    {
        azure.Answer = Metrics($$"""{ "timeStamp": "{{Minute.AddMinutes(-1):O}}", "average": 7 }, { "timeStamp": "{{Minute:O}}", "average": 12.5 }, { "timeStamp": "{{Minute.AddMinutes(1):O}}" }""");

        Assert.Equal(new ProbeReading(12.5, Minute.AddMinutes(1)), await Metric().ReadAsync(default));
    }

    [Fact]
    public async Task Metric_WithoutAValue_IsAGap()
    {
        azure.Answer = Metrics($$"""{ "timeStamp": "{{Minute:O}}" }""");

        Assert.Contains("has no value", (await Assert.ThrowsAsync<ProbeException>(async () => await Metric().ReadAsync(default))).Message);
    }

    [Fact]
    public async Task Metric_ThatTheServiceRefuses_IsAGapWithItsError()
    {
        azure.Instead[("GET", "/metrics")] = (403, LoopbackAzure.Error("AuthorizationFailed", "The client does not have authorization to read metrics."));

        Assert.Contains("403 AuthorizationFailed: The client does not", (await Assert.ThrowsAsync<ProbeException>(async () => await Metric().ReadAsync(default))).Message);
    }

    [Fact]
    public async Task LogQuery_GivesTheFirstNumber_AndItsTime()
    {
        azure.Answer = $$"""{ "tables": [ { "name": "PrimaryResult", "columns": [ { "name": "count_", "type": "long" }, { "name": "TimeGenerated", "type": "datetime" } ], "rows": [ [ 42, "{{Minute:O}}" ] ] } ] }""";

        Assert.Equal(new ProbeReading(42, Minute), await Log().ReadAsync(default));
    }

    [Fact]
    public async Task LogQuery_WithoutARow_IsAGap()
    {
        azure.Answer = """{ "tables": [ { "name": "PrimaryResult", "columns": [ { "name": "count_", "type": "long" } ], "rows": [] } ] }""";

        await Assert.ThrowsAsync<ProbeException>(async () => await Log().ReadAsync(default));
    }

    [Fact]
    public void MistakesInASource_AreTold()
    {
        AzureProbes.Register(new(() => null!), new(() => null!));

        Assert.Equal(3, Probes.Validate(Spec("azure_metric", "no id", ("aggregation", "median")), "signals.cpu").Count);
        Assert.Equal(2, Probes.Validate(Spec("azure_log", "no id"), "signals.lines").Count);
    }

    private static string Metrics(string data) =>
        $$"""
        { "cost": 0, "timespan": "2026-01-01T00:00:00Z/2026-01-01T00:10:00Z", "interval": "PT1M", "value": [
          { "id": "x", "type": "Microsoft.Insights/metrics", "name": { "value": "CpuUsage" }, "unit": "Count", "timeseries": [ { "metadatavalues": [], "data": [ {{data}} ] } ] } ] }
        """;

    private IProbe Metric() => MetricProbe.Of(
        new SourceOptions(Spec("azure_metric", LoopbackAzure.Scope + "/providers/Microsoft.ContainerInstance/containerGroups/kafka", ("metric", "CpuUsage")), "signals.cpu"),
        new(() => new MetricsQueryClient(azure.Address, LoopbackAzure.Token, azure.Configure(new MetricsQueryClientOptions()))),
        TimeProvider.System);

    private IProbe Log() => LogProbe.Of(
        new SourceOptions(Spec("azure_log", Workspace, ("query", "ContainerInstanceLog_CL | count")), "signals.lines"),
        new(() => new LogsQueryClient(azure.Address, LoopbackAzure.Token, azure.Configure(new LogsQueryClientOptions()))));

    private static SourceSpec Spec(string kind, string address, params (string Key, string Value)[] options) =>
        new(kind, address, options.ToDictionary(option => option.Key, option => option.Value));
}
