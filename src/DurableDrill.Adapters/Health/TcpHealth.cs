using System.Globalization;
using System.Net.Sockets;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Health;

/// <summary>
/// Whether somebody listens. <c>tcp: HOST:PORT</c>: 1 when a connection is accepted, 0 when it is refused. No answer at all is a gap, for it may be the
/// path and not the component.
/// </summary>
internal sealed class TcpHealth(string host, int port) : IProbe
{
    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var colon = options.Address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(options.Address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535)
        {
            options.Wrong("", $"is \"{options.Address}\"; allowed: HOST:PORT");
            return new TcpHealth("", 0);
        }

        return new TcpHealth(options.Address[..colon].Trim('[', ']'), port);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, cancellation);
            // Closed in order: a reset would stand in the log of a PostgreSQL, four times a second.
            return new(1);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            return new(0);
        }
        catch (SocketException error)
        {
            throw new ProbeException($"tcp {host}:{port}: {error.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
