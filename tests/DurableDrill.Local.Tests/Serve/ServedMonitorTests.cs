using System.Net;
using DurableDrill.Local.Tests.Secrets;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>The monitor of a target that nobody drills, against a real <c>drill serve</c>.</summary>
[Trait("Category", "Integration")]
public sealed class ServedMonitorTests : IAsyncLifetime
{
    private readonly Served served = new();
    private readonly EchoServer producer = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await served.DisposeAsync();
        producer.Dispose();
    }

    [Fact]
    public async Task Monitor_OfATarget_CountsAndAsksItsProducer()
    {
        await served.UpAsync("shop", $$"""
            target: shop
            carrier: processes
            components:
              worker: { run: [sleep, "100000"], role: sink }
              till: { run: [sleep, "100000"], role: producer, pause: { http: "POST {{producer.Address}}/count" }, resume: { http: "POST {{producer.Address}}/refused" } }
            signals: { produced: { http: "{{producer.Address}}/count", value: $.count }, stored: { file: "{{served.CounterFile}}" } }
            """);
        await served.StartAsync();

        var counts = await served.GetAsync("/monitor/shop");
        Assert.True(counts.GetProperty("is_streaming").GetBoolean(), counts.GetRawText());
        Assert.True(counts.GetProperty("worker_count").GetDouble() > 0);
        Assert.True(counts.GetProperty("up").GetProperty("till").GetBoolean());
        await Served.UntilAsync(async () => (await served.GetAsync("/monitor/shop")).GetProperty("producer_count").GetDouble() > counts.GetProperty("producer_count").GetDouble());

        using var paused = await served.PostAsync("/monitor/shop/pause");
        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        using var refused = await served.PostAsync("/monitor/shop/resume");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("answered 403", await refused.Content.ReadAsStringAsync());
    }
}
