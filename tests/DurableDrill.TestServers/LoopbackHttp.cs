using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DurableDrill.TestServers;

/// <summary>A server of real HTTP on a free port that says what it is told to say, and remembers what it was asked.</summary>
public class LoopbackHttp : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly List<string> asked = [];

    /// <summary>Listens from here on.</summary>
    public LoopbackHttp(string body = "", int status = 200)
    {
        Body = body;
        Status = status;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        listener.Prefixes.Add(Address + "/");
        listener.Start();
        _ = AnswerAsync();
    }

    /// <summary>http://HOST:PORT.</summary>
    public string Address { get; }

    /// <summary>What is said.</summary>
    public string Body { get; set; }

    /// <summary>With which status.</summary>
    public int Status { get; set; }

    /// <summary>By path with query: what is said there instead of <see cref="Body"/>.</summary>
    public ConcurrentDictionary<string, string> Bodies { get; } = [];

    /// <summary>Path with query, and the Authorization header, of each request.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (asked)
            {
                return [.. asked];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>What is said to one request. Requests come one after the other.</summary>
    protected virtual (int Status, string Body) Answer(HttpListenerRequest request) => (Status, Bodies.GetValueOrDefault(request.RawUrl!, Body));

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                lock (asked)
                {
                    asked.Add($"{context.Request.RawUrl} {context.Request.Headers["Authorization"]}".TrimEnd());
                }

                var (status, body) = Answer(context.Request);
                context.Response.StatusCode = status;
                context.Response.Headers["Date"] = "Thu, 01 Jan 2026 12:00:00 GMT";
                context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: false);
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
