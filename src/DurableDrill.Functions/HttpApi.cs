using DurableDrill.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableDrill.Functions;

/// <summary>Carries the HTTP API: takes requests, moves bytes. Who may call is the platform's to check, by a function key.</summary>
/// <param name="api">What answers.</param>
/// <param name="instances">The orchestrations.</param>
public sealed class HttpApi(DrillApi api, Instances instances)
{
    /// <summary>The health check, for anybody.</summary>
    [Function("health")]
    public Task HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => AnswerAsync(request, "health", client);

    /// <summary>Every other route: the core has the table of them.</summary>
    [Function("api")]
    public Task RouteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "delete", Route = "{*path}")] HttpRequest request,
        string? path,
        [DurableClient] DurableTaskClient client) => AnswerAsync(request, path ?? "", client);

    private async Task AnswerAsync(HttpRequest request, string path, DurableTaskClient client)
    {
        instances.Use(client);
        var cancellation = request.HttpContext.RequestAborted;
        var response = await api.HandleAsync(
            new(request.Method.ToUpperInvariant(), path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                Query = request.Query.Where(parameter => parameter.Key != "code")
                    .SelectMany(parameter => parameter.Value, (parameter, value) => (parameter.Key, value)).ToLookup(each => each.Key, each => each.value ?? ""),
                Header = name => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null,
                Body = request.Body,
                Unique = Guid.NewGuid().ToString("N"),
            },
            cancellation);
        await WriteAsync(request, response, cancellation);
    }

    private static async Task WriteAsync(HttpRequest request, ApiResponse answer, CancellationToken cancellation)
    {
        var response = request.HttpContext.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (answer.ContentType.Length == 0)
        {
            return;
        }

        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(answer.Body, cancellation);
        }
    }
}
