using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DurableDrill.Adapters.Tests.Http;

/// <summary>A server of real HTTP on a free port that says what it is told to say, and remembers what it was asked.</summary>
internal sealed class LoopbackHttp : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly List<string> asked = [];

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

    public string Address { get; }

    public string Body { get; set; }

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

    public void Dispose() => listener.Close();

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

                context.Response.StatusCode = Status;
                context.Response.Headers["Date"] = "Thu, 01 Jan 2026 12:00:00 GMT";
                context.Response.Close(Encoding.UTF8.GetBytes(Bodies.GetValueOrDefault(context.Request.RawUrl!, Body)), willBlock: false);
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
