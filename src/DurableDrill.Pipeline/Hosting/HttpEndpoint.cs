using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

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

/// <summary>
/// The control API of a component: a few routes. Bare Kestrel, for HttpListener breaks when a client connects while it starts (.NET 10), and a
/// health check does just that.
/// </summary>
internal sealed class HttpEndpoint : IAsyncDisposable
{
    private readonly Dictionary<string, Func<string, Task<HttpAnswer>>> routes = [];
    private WebApplication? server;

    /// <summary>Answers a route; the handler is given the request's body.</summary>
    public HttpEndpoint On(string method, string path, Func<string, Task<HttpAnswer>> handler)
    {
        routes.Add($"{method} {path}", handler);
        return this;
    }

    /// <summary>Where it listens unless <c>DRILL_HTTP_ADDRESS</c> names another address: in a container, 0.0.0.0.</summary>
    private static IPAddress Address =>
        IPAddress.TryParse(Environment.GetEnvironmentVariable("DRILL_HTTP_ADDRESS"), out var address) ? address : IPAddress.Loopback;

    /// <summary>Begins to listen; 0: no port, do nothing.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync(int port, CancellationToken cancellation)
    {
        if (port == 0)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(Address, port));
        server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync(cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        var answer = await AnswerAsync(context.Request);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task<HttpAnswer> AnswerAsync(HttpRequest request)
    {
        if (!routes.TryGetValue($"{request.Method} {request.Path}", out var handler))
        {
            var methods = routes.Keys.Where(r => r.EndsWith($" {request.Path}", StringComparison.Ordinal)).Select(r => r.Split(' ')[0]).ToList();
            return methods.Count > 0
                ? HttpAnswer.Problem(405, $"{request.Path} takes {string.Join(", ", methods)}.")
                : HttpAnswer.Problem(404, $"There is no {request.Path}; there are: {string.Join(", ", routes.Keys)}.");
        }

        using var reader = new StreamReader(request.Body);
        return await handler(await reader.ReadToEndAsync(request.HttpContext.RequestAborted));
    }
}
