using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DurableDrill.Pipeline.Link;

namespace DurableDrill.Pipeline.Tests.Link;

[Trait("Category", "Integration")]
public sealed class TcpLinkTests : IAsyncLifetime
{
    private readonly CancellationTokenSource stopping = new(TimeSpan.FromMinutes(1));
    private readonly TcpListener echo = new(IPAddress.Loopback, 0);
    private TcpLink link = null!;

    public Task InitializeAsync()
    {
        echo.Start();
        _ = EchoAsync();
        link = new(0, "127.0.0.1", ((IPEndPoint)echo.LocalEndpoint).Port, new(), TimeProvider.System);
        _ = link.RunAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await stopping.CancelAsync();
        link.Dispose();
        echo.Dispose();
    }

    [Fact]
    public async Task Open_ManyBytes_ComeBackInOrder()
    {
        using var client = await ConnectAsync();
        var sent = new byte[20_000_000];
        Random.Shared.NextBytes(sent);
        var sending = client.GetStream().WriteAsync(sent, stopping.Token).AsTask();
        var back = new byte[sent.Length];
        await client.GetStream().ReadExactlyAsync(back, stopping.Token);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(back));
    }

    [Fact]
    public async Task Cut_WhatWasSent_ArrivesAfterwards()
    {
        using var client = await ConnectAsync();
        Assert.Equal([1], await RoundTripAsync(client, [1]));
        link.Conditions.State = new(Cut: true);
        var answer = RoundTripAsync(client, [2, 3]);
        await Task.Delay(300);
        Assert.False(answer.IsCompleted);
        link.Conditions.State = new();
        Assert.Equal([2, 3], await answer);
    }

    [Fact]
    public async Task Cut_NewConnection_IsAcceptedAndCarriesNothing()
    {
        link.Conditions.State = new(Cut: true);
        using var client = await ConnectAsync();
        var answer = RoundTripAsync(client, [7]);
        await Task.Delay(300);
        Assert.False(answer.IsCompleted);
        link.Conditions.State = new();
        Assert.Equal([7], await answer);
    }

    [Fact]
    public async Task Delay_RoundTrip_TakesTwiceTheDelay()
    {
        using var client = await ConnectAsync();
        await RoundTripAsync(client, [1]);
        link.Conditions.State = new(DelayMs: 150, JitterMs: 20);
        var watch = Stopwatch.StartNew();
        await RoundTripAsync(client, [2]);
        Assert.True(watch.ElapsedMilliseconds >= 295, $"{watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task BytesPerSecond_AThousandBytes_TakeTheirTime()
    {
        using var client = await ConnectAsync();
        await RoundTripAsync(client, [1]);
        link.Conditions.State = new(BytesPerSecond: 2000);
        var watch = Stopwatch.StartNew();
        await RoundTripAsync(client, new byte[1000]);
        // Half a second each way; the last piece need not be paid for before it goes.
        Assert.True(watch.ElapsedMilliseconds >= 450, $"{watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Closed_ByTheClient_IsClosedAtTheOtherSideAfterAllBytes()
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, stopping.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, stopping.Token);
        Assert.Equal([1, 2, 3], all.ToArray());
    }

    [Fact]
    public async Task Nobody_BehindTheLink_TheConnectionBreaks()
    {
        echo.Stop();
        // The reset may come before the connection is used.
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var client = await ConnectAsync();
            await RoundTripAsync(client, [1]);
        });
        Assert.True(error is IOException or SocketException, $"{error}");
    }

    private async Task<byte[]> RoundTripAsync(TcpClient client, byte[] bytes)
    {
        await client.GetStream().WriteAsync(bytes, stopping.Token);
        var back = new byte[bytes.Length];
        await client.GetStream().ReadExactlyAsync(back, stopping.Token);
        return back;
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, link.Port, stopping.Token);
        return client;
    }

    private async Task EchoAsync()
    {
        while (true)
        {
            var client = await echo.AcceptTcpClientAsync(stopping.Token);
            _ = client.GetStream().CopyToAsync(client.GetStream(), stopping.Token).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
        }
    }
}
