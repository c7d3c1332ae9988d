using DurableDrill.Api;
using Microsoft.AspNetCore.WebUtilities;

namespace DurableDrill.Local.Remote;

/// <summary>Answers HTTP requests by the API in this process, so that a verb is written once for a home and for a server.</summary>
internal sealed class InProcessHandler(DrillApi api) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath[DrillApi.Prefix.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var response = await api.HandleAsync(
            new(request.Method.Method, [.. path.Select(Uri.UnescapeDataString)])
            {
                Query = QueryHelpers.ParseQuery(request.RequestUri.Query)
                    .SelectMany(parameter => parameter.Value, (parameter, value) => (parameter.Key, Value: value ?? "")).ToLookup(each => each.Key, each => each.Value),
                Header = name => name == "Content-Type" ? request.Content?.Headers.ContentType?.ToString() : null,
                Body = request.Content is null ? Stream.Null : await request.Content.ReadAsStreamAsync(cancellationToken),
                Unique = Guid.NewGuid().ToString("N"),
            },
            cancellationToken);
        return new((System.Net.HttpStatusCode)response.Status) { Content = new ReadOnlyMemoryContent(response.Body) };
    }
}
