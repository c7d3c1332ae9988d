using System.Net;
using DurableDrill.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DurableDrill.Local.Serve;

/// <summary>Carries the HTTP API: takes requests, checks who calls, moves bytes. It decides nothing else.</summary>
internal sealed class DrillServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping = new();
    private readonly DrillApi api;
    private readonly AccessRule access;

    /// <param name="api">What answers.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="token">The token that callers send; null: none, which only a loopback address may have.</param>
    public DrillServer(DrillApi api, IPEndPoint address, string? token)
    {
        if (token is null && !IPAddress.IsLoopback(address.Address))
        {
            throw new ArgumentException($"{address} can be reached from other machines: a token is needed", nameof(token));
        }

        (this.api, access) = (api, new AccessRule(token));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopPatience);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address);
            kestrel.AddServerHeader = false;

            // The API has a limit of its own, and a problem document that says so.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Where it is reached.</summary>
    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Listens from here on.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancellation) => app.StartAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await app.DisposeAsync();
        stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping.Token);
        ApiResponse response;
        try
        {
            response = await HandleAsync(context, cancellation.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            response = Problem.Of(503, "server-stops", "the server stops; drills go on when it is started again").ToResponse().With("Retry-After", "5");
        }
        catch (OperationCanceledException)
        {
            return; // Nobody is there to be answered.
        }

        await WriteAsync(context, response);
    }

    private async Task<ApiResponse> HandleAsync(HttpContext context, CancellationToken cancellation)
    {
        var request = context.Request;
        var segments = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var path = segments is ["api", .. var rest] ? rest : segments;
        string? Header(string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
        if (access.Refuse(path, request.Host.Value ?? "", Header) is { } refusal)
        {
            var refused = refusal.ToResponse();
            return refusal.Status == 401 ? refused.With("WWW-Authenticate", AccessRule.Challenge) : refused;
        }

        return await api.HandleAsync(
            new(request.Method.ToUpperInvariant(), path)
            {
                Query = request.Query.SelectMany(parameter => parameter.Value, (parameter, value) => (parameter.Key, value)).ToLookup(each => each.Key, each => each.value ?? ""),
                Header = Header,
                Body = request.Body,
                Unique = Guid.NewGuid().ToString("N"),
            },
            cancellation);
    }

    private static async Task WriteAsync(HttpContext context, ApiResponse response)
    {
        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (response.ContentType.Length == 0)
        {
            return;
        }

        context.Response.ContentType = response.ContentType;
        context.Response.ContentLength = response.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
        }
    }
}
