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
        using var store = new OrderStore(new()
        {
            Topic = new("nowhere", "orders", 1, 1, 1),
            Group = "g",
            Instance = "one",
            Postgres = $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Username=postgres;Password=none",
            Mode = Mode.ExactlyOnce,
        });

        for (var attempt = 0; attempt < 2000; attempt++)
        {
            Assert.ThrowsAny<NpgsqlException>(() => store.Take([0]));
        }

        listener.Stop();
        await Assert.ThrowsAsync<SocketException>(() => resetting);
    }
}
