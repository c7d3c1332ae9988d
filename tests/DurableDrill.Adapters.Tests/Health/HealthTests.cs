using System.Net;
using System.Net.Sockets;
using DurableDrill.Adapters.Health;
using DurableDrill.Adapters.Sources;
using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.Targets;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Tcp_ListenerAndThenNone_IsOneAndThenZero()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var probe = Source.Probe("tcp", $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        Assert.Equal(1, await probe.ReadAsync());
        listener.Dispose();
        Assert.Equal(0, await probe.ReadAsync());
    }

    [Fact]
    public async Task Tcp_UnknownHost_IsAGap()
    {
        await using var probe = Source.Probe("tcp", "no-such-host.invalid:1");
        Assert.StartsWith("tcp no-such-host.invalid:1: ", await probe.GapAsync());
    }

    [Fact]
    public async Task Http_StatusAndThenNobody_IsOneOrZero()
    {
        var server = new LoopbackHttp();
        await using var probe = Health("http", server.Address);
        Assert.Equal(1, await probe.ReadAsync());
        server.Status = 503;
        Assert.Equal(0, await probe.ReadAsync());
        server.Dispose();
        Assert.Equal(0, await probe.ReadAsync());
    }

    [Theory]
    [InlineData(ComponentStatus.Running, 1)]
    [InlineData(ComponentStatus.Paused, 0)]
    [InlineData(ComponentStatus.Stopped, 0)]
    [InlineData(ComponentStatus.Missing, 0)]
    public async Task Component_Status_IsUpOnlyWhenRunning(ComponentStatus status, double expected)
    {
        await using var probe = new ComponentProbe("kafka", States(status));
        Assert.Equal(expected, await probe.ReadAsync());
    }

    [Fact]
    public async Task Component_RunningWithoutHealth_IsNotUp()
    {
        using var server = new LoopbackHttp(status: 500);
        await using var probe = new ComponentProbe("kafka", States(ComponentStatus.Running), Health("http", server.Address));
        Assert.Equal(0, await probe.ReadAsync());
    }

    [Fact]
    public async Task Component_Unknown_IsAGap()
    {
        await using var probe = new ComponentProbe("other", States(ComponentStatus.Running));
        Assert.Equal("the target has no component other", await probe.GapAsync());
    }

    [Fact]
    public async Task States_SeveralThatAskAtOnce_AreServedByOneInspection()
    {
        var inspections = 0;
        var answer = new TaskCompletionSource<IReadOnlyList<ComponentState>>();
        var states = new ComponentStates(
            _ =>
            {
                inspections++;
                return answer.Task;
            },
            TimeProvider.System);
        var all = Enumerable.Range(0, 5).Select(_ => states.GetAsync(CancellationToken.None)).ToList();
        answer.SetResult([]);
        await Task.WhenAll(all);
        Assert.Equal(1, inspections);
    }

    private static ComponentStates States(ComponentStatus status) =>
        new(_ => Task.FromResult<IReadOnlyList<ComponentState>>([new("kafka", status, null, null, null)]), TimeProvider.System);

    private static IProbe Health(string kind, string address) =>
        Probes.CreateHealth(Source.Spec(kind, address), "components.kafka.healthy", new(new(), TimeProvider.System));
}
