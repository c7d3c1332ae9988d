using System.Net;
using System.Net.Sockets;
using DurableDrill.Pipeline.Processor;
using Npgsql;

namespace DurableDrill.Pipeline.Tests.Processor;

public sealed class OrderStoreTests
{
    /// <summary>What a link does whose database is away: it takes the connection and resets it. A processor once died of that.</summary>
    [Fact]
    public async Task Take_ConnectionsAreReset_IsAlwaysAnErrorOfTheDatabase()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var resetting = Task.Factory.StartNew(
            () =>
            {
                while (true)
                {
                    using var socket = listener.AcceptSocket();
                    socket.LingerState = new(true, 0);
                }
            },
            TaskCreationOptions.LongRunning);
        using var store = Store(listener);

        for (var attempt = 0; attempt < 2000; attempt++)
        {
            Assert.ThrowsAny<NpgsqlException>(() => store.Take([0]));
        }

        listener.Stop();
        await Assert.ThrowsAsync<SocketException>(() => resetting);
    }

    /// <summary>What a cut link does: it takes the connection and nothing more. One attempt in fifty once waited for ever.</summary>
    [Fact]
    public async Task Take_NobodyAnswers_EveryAttemptEnds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(200);
        var attempts = Enumerable.Range(0, 150).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var store = Store(silent, ";Timeout=1");
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    Assert.ThrowsAny<NpgsqlException>(() => store.Take([0]));
                }
            },
            TaskCreationOptions.LongRunning));

        await Task.WhenAll(attempts).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static OrderStore Store(TcpListener at, string more = "") => new(new()
    {
        Topic = new("nowhere", "orders", 1, 1, 1),
        Group = "g",
        Instance = "one",
        Postgres = $"Host=127.0.0.1;Port={((IPEndPoint)at.LocalEndpoint).Port};Username=postgres;Password=none{more}",
        Mode = Mode.ExactlyOnce,
    });
}
