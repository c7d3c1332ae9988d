using System.Net.Sockets;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>A Unix socket that leads to the engine's own, and can go away and come back, as the engine's does when it is restarted.</summary>
internal sealed class SocketRelay(string path) : IDisposable
{
    private const string Engine = "/var/run/docker.sock";

    private CancellationTokenSource? running;

    public string Host => $"unix://{path}";

    public void Start()
    {
        running = new();
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        _ = ServeAsync(listener, running.Token);
    }

    /// <summary>Cuts every connection and takes the socket away.</summary>
    public void Stop()
    {
        running?.Cancel();
        running = null;
        File.Delete(path);
    }

    public void Dispose() => Stop();

    private static async Task ServeAsync(Socket listener, CancellationToken stop)
    {
        using var _ = listener;
        try
        {
            while (true)
            {
                RelayAsync(await listener.AcceptAsync(stop), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private static async void RelayAsync(Socket client, CancellationToken stop)
    {
        try
        {
            var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await engine.ConnectAsync(new UnixDomainSocketEndPoint(Engine), stop);
            await using var there = new NetworkStream(engine, ownsSocket: true);
            await using var here = new NetworkStream(client, ownsSocket: true);
            await Task.WhenAny(here.CopyToAsync(there, stop), there.CopyToAsync(here, stop));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            client.Dispose();
        }
    }
}
