using System.Net.Sockets;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>Looks whether a component does what its <c>healthy</c> says: <c>tcp: HOST:PORT</c> accepts, <c>http: URL</c> answers 2xx.</summary>
internal static class HealthCheck
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Null when it is healthy, else what was seen instead.</summary>
    public static async Task<string?> ProblemAsync(SourceSpec healthy, CancellationToken cancellation)
    {
        try
        {
            if (healthy.Kind == "tcp")
            {
                await ConnectAsync(healthy.Address, cancellation);
                return null;
            }

            using var answer = await Http.GetAsync(healthy.Address, cancellation);
            return answer.IsSuccessStatusCode ? null : $"GET {healthy.Address} answered {(int)answer.StatusCode}";
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested
            && error is SocketException or HttpRequestException or OperationCanceledException)
        {
            return $"{healthy.Kind} {healthy.Address}: {error.Message}";
        }
    }

    /// <summary>Whether somebody listens at an address on this machine.</summary>
    public static async Task<bool> IsTakenAsync(string hostAndPort, CancellationToken cancellation)
    {
        try
        {
            await ConnectAsync(hostAndPort, cancellation);
            return true;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task ConnectAsync(string hostAndPort, CancellationToken cancellation)
    {
        var colon = hostAndPort.LastIndexOf(':');
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        using var client = new TcpClient();
        await client.ConnectAsync(hostAndPort[..colon], int.Parse(hostAndPort[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture), patience.Token);
    }
}
