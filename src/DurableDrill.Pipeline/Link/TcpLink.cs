using System.Net;
using System.Net.Sockets;

namespace DurableDrill.Pipeline.Link;

/// <summary>
/// Passes TCP connections on, and cuts, delays or throttles what passes. A break of a connection does not pass a cut either: the other side
/// learns of it when the cut is over, as with a real network.
/// </summary>
internal sealed class TcpLink : IDisposable
{
    private readonly TcpListener listener;
    private readonly string host;
    private readonly int port;
    private readonly Direction forth;
    private readonly Direction back;

    /// <summary>Listens; 0 chooses a port.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public TcpLink(int listen, string host, int port, Conditions conditions, TimeProvider time)
    {
        this.host = host;
        this.port = port;
        Conditions = conditions;
        forth = new(conditions, time);
        back = new(conditions, time);
        listener = new(IPAddress.Loopback, listen);
        listener.Start();
    }

    /// <summary>What is done to what passes.</summary>
    public Conditions Conditions { get; }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Passes connections on until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var client = await listener.AcceptSocketAsync(cancellation);
            _ = PassAsync(client, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private async Task PassAsync(Socket client, CancellationToken cancellation)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // One connection that ends ends the other way too.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            near.NoDelay = far.NoDelay = true;
            await Conditions.WhenOpenAsync(cancellation);
            await far.ConnectAsync(host, port, cancellation);
            var ways = new List<Task> { forth.CarryAsync(near, far, both.Token), back.CarryAsync(far, near, both.Token) };
            while (ways.Count > 0)
            {
                var ended = await Task.WhenAny(ways);
                ways.Remove(ended);
                await ended;
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await both.CancelAsync();
            await ResetAsync(near, far, cancellation);
        }
    }

    /// <summary>Ends both sides with a reset, as the broken one was.</summary>
    private async Task ResetAsync(Socket near, Socket far, CancellationToken cancellation)
    {
        try
        {
            await Conditions.WhenOpenAsync(cancellation);
            near.LingerState = far.LingerState = new(true, 0);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The link itself ends, or the socket is closed already.
        }
    }
}
