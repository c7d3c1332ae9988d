using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DurableDrill.Local.Tests.Secrets;

/// <summary>
/// A careless server: <c>/count</c> gives a counter that grows by 40 a second, <c>/sometimes</c> too, but for each fourth request; everything else
/// is refused with an answer that repeats the credentials.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int sometimes;

    public EchoServer()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        listener.Prefixes.Add(Address + "/");
        listener.Start();
        _ = AnswerAsync();
    }

    public string Address { get; }

    /// <summary>The credentials that came, as they came.</summary>
    public HashSet<string> Credentials { get; } = [];

    public void Dispose() => listener.Close();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var credentials = context.Request.Headers["Authorization"] ?? "";
                lock (Credentials)
                {
                    Credentials.Add(credentials);
                }

                var counts = context.Request.RawUrl == "/count" || (context.Request.RawUrl == "/sometimes" && ++sometimes % 4 != 0);
                context.Response.StatusCode = counts ? 200 : 403;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(counts
                    ? $"{{ \"count\": {(int)(clock.Elapsed.TotalSeconds * 40)} }}"
                    : $"denied for {credentials}"));
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
