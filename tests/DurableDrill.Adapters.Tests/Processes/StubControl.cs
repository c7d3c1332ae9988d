using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DurableDrill.Adapters.Tests.Processes;

/// <summary>A component's HTTP control: keeps what is PUT, gives it back, and remembers what it was asked.</summary>
internal sealed class StubControl : IDisposable
{
    private readonly HttpListener listener = new();

    public StubControl(string content)
    {
        Content = content;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        listener.Prefixes.Add(Url);
        listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    public string Content { get; set; }

    public int Status { get; set; } = 200;

    public List<string> Requests { get; } = [];

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                Requests.Add($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}");
                if (context.Request.HttpMethod == "PUT")
                {
                    using var reader = new StreamReader(context.Request.InputStream);
                    Content = await reader.ReadToEndAsync();
                }

                context.Response.StatusCode = Status;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Content));
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
