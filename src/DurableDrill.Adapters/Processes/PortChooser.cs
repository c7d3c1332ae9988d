using System.Net;
using System.Net.Sockets;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>Chooses TCP ports on 127.0.0.1.</summary>
internal static class PortChooser
{
    // Below the range from which systems give ports to outgoing connections (Linux: 32768 and up): one of those could take the port of a
    // component that is down, and keep it from coming back.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    /// <summary>A port for each name: the wanted one where there is a wish, else a free one.</summary>
    /// <exception cref="TargetException">A wanted port is taken; the message names each.</exception>
    public static IReadOnlyDictionary<string, int> Choose(IReadOnlyList<string> names, IReadOnlyDictionary<string, int> wanted)
    {
        // All are held until all are chosen, or the system would give one port twice.
        var held = new List<TcpListener>();
        try
        {
            var chosen = new Dictionary<string, int>();
            var taken = new List<string>();
            foreach (var name in names.OrderByDescending(wanted.ContainsKey))
            {
                try
                {
                    var listener = wanted.TryGetValue(name, out var port) ? Listen(port) : ListenAnywhere();
                    held.Add(listener);
                    chosen[name] = ((IPEndPoint)listener.LocalEndpoint).Port;
                }
                catch (SocketException error)
                {
                    taken.Add($"port {wanted.GetValueOrDefault(name)} on 127.0.0.1, wanted for '{name}', cannot be had: {error.Message}");
                }
            }

            return taken.Count == 0 ? chosen : throw new TargetException(string.Join("\n", taken));
        }
        finally
        {
            held.ForEach(listener => listener.Stop());
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private static TcpListener ListenAnywhere()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                return Listen(Random.Shared.Next(Lowest, Highest));
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }

        return Listen(0);
    }
}
