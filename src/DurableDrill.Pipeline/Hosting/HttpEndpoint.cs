using System.Net;
using System.Text;
using System.Text.Json;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>An answer: status, content type and body.</summary>
internal sealed record HttpAnswer(int Status, string ContentType, string Body)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>200 with a value as snake_case JSON.</summary>
    public static HttpAnswer Json<T>(T value) => new(200, "application/json", JsonSerializer.Serialize(value, SnakeCase));

    /// <summary>An RFC 9457 problem document.</summary>
    public static HttpAnswer Problem(int status, string detail) =>
        new(status, "application/problem+json", JsonSerializer.Serialize(new { title = ((HttpStatusCode)status).ToString(), status, detail }));
}

/// <summary>The control API of a component: a few routes on 127.0.0.1. <see cref="HttpListener"/> is all that it takes.</summary>
internal sealed class HttpEndpoint : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, Func<string, Task<HttpAnswer>>> routes = [];

    /// <summary>Answers a route; the handler is given the request's body.</summary>
    public HttpEndpoint On(string method, string path, Func<string, Task<HttpAnswer>> handler)
    {
        routes.Add($"{method} {path}", handler);
        return this;
    }

    /// <summary>Begins to listen; 0: no port, do nothing.</summary>
    /// <exception cref="HttpListenerException">The port is taken.</exception>
    public void Start(int port)
    {
        if (port == 0)
        {
            return;
        }

        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _ = ServeAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                _ = AnswerAsync(context);
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed, or one client broke off; the loop's condition tells the two apart.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var answer = await AnswerAsync(context.Request);
            var body = Encoding.UTF8.GetBytes(answer.Body);
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = answer.ContentType;
            context.Response.ContentLength64 = body.Length;
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client has gone.
        }
    }

    private async Task<HttpAnswer> AnswerAsync(HttpListenerRequest request)
    {
        var path = request.Url!.AbsolutePath;
        if (!routes.TryGetValue($"{request.HttpMethod} {path}", out var handler))
        {
            var methods = routes.Keys.Where(r => r.EndsWith($" {path}", StringComparison.Ordinal)).Select(r => r.Split(' ')[0]).ToList();
            return methods.Count > 0
                ? HttpAnswer.Problem(405, $"{path} takes {string.Join(", ", methods)}.")
                : HttpAnswer.Problem(404, $"There is no {path}; there are: {string.Join(", ", routes.Keys)}.");
        }

        using var reader = new StreamReader(request.InputStream);
        return await handler(await reader.ReadToEndAsync());
    }
}
