using System.Text;
using DurableDrill.Documents;

namespace DurableDrill.Api;

/// <summary>A route.</summary>
/// <param name="Method">GET answers HEAD too.</param>
/// <param name="Pattern"><c>drills/{drill}/wait</c>: a segment in braces takes any one segment.</param>
/// <param name="Answer">Answers it.</param>
internal sealed record Route(string Method, string Pattern, Func<ApiCall, CancellationToken, Task<ApiResponse>> Answer)
{
    private readonly string[] segments = Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What stands for the segments in braces; null when the path is another one.</summary>
    public IReadOnlyList<string>? Match(IReadOnlyList<string> path) =>
        path.Count == segments.Length && path.Zip(segments).All(pair => pair.Second[0] == '{' || pair.First == pair.Second)
            ? [.. path.Zip(segments).Where(pair => pair.Second[0] == '{').Select(pair => pair.First)]
            : null;
}

/// <summary>A request that found its route.</summary>
/// <param name="Request">The request.</param>
/// <param name="Arguments">What stands for the segments in braces, in order.</param>
internal sealed record ApiCall(ApiRequest Request, IReadOnlyList<string> Arguments)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The last value of a query parameter; null: it is not there.</summary>
    public string? Query(string name) => Request.Query[name].LastOrDefault();

    /// <summary>A whole number in the query.</summary>
    /// <exception cref="ProblemException">It is none, or out of range.</exception>
    public int Number(string name, int fallback, int min, int max) => Query(name) switch
    {
        null => fallback,
        { } text when int.TryParse(text, out var number) && number >= min && number <= max => number,
        { } text => throw new ProblemException(Problem.Invalid($"query.{name}", $"found \"{text}\"; a whole number, {min} to {max}, is expected")),
    };

    /// <summary>The body as text, and what to call it so that its ending says whether it is JSON or YAML.</summary>
    /// <exception cref="ProblemException">It is too large, of another type, or no UTF-8.</exception>
    public async Task<(string Text, string Ending)> ReadBodyAsync(CancellationToken cancellation)
    {
        // A web page of somebody else can send other types without asking the server first.
        var type = Request.Header("Content-Type")?.Split(';')[0].Trim().ToLowerInvariant();
        var ending = type switch
        {
            "application/json" => ".json",
            "application/yaml" or "application/x-yaml" => ".yaml",
            _ => throw new ProblemException(Problem.Of(415, "unsupported-media-type", $"found the content type \"{type}\"; application/json or application/yaml is expected")),
        };
        try
        {
            return (Strict.GetString(await ReadBytesAsync(cancellation)), ending);
        }
        catch (IOException error)
        {
            throw new ProblemException(Problem.Of(400, "malformed-body", $"the body cannot be read: {error.Message}"));
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(Problem.Of(400, "malformed-body", "the body is not UTF-8"));
        }
    }

    /// <summary>Reads the fields of a body that may be left out.</summary>
    /// <param name="what">What the fields are of, for messages.</param>
    /// <param name="absent">The value without a body.</param>
    /// <param name="read">Takes the fields; what it does not take is unknown, and an error.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProblemException">Every mistake in it.</exception>
    public async Task<T> ReadOptionalAsync<T>(string what, T absent, Func<Fields, T> read, CancellationToken cancellation)
    {
        var (text, ending) = await ReadBodyAsync(cancellation);
        if (text.Length == 0)
        {
            return absent;
        }

        var findings = new FindingList();
        var value = absent;
        if (DocumentText.Read(text, "request" + ending, findings) is { } map)
        {
            var fields = new Fields(map, what, findings);
            value = read(fields);
            fields.Done();
        }

        return findings.HasErrors ? throw new ProblemException(Problem.Invalid(findings.Close<object>(null).Errors)) : value;
    }

    private async Task<byte[]> ReadBytesAsync(CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await Request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > DrillApi.MaxBody)
            {
                throw new ProblemException(Problem.Of(413, "body-too-large", $"the body has more than {DrillApi.MaxBody} bytes"));
            }
        }

        return content.ToArray();
    }
}

/// <summary>Finds the route of a request, or says what is wrong with path or method.</summary>
internal sealed class RouteTable(IReadOnlyList<Route> routes)
{
    public IReadOnlyList<Route> All => routes;

    public Task<ApiResponse> HandleAsync(ApiRequest request, CancellationToken cancellation)
    {
        var matches = routes.Select(route => (Route: route, Arguments: route.Match(request.Path))).Where(match => match.Arguments is not null).ToList();
        if (matches.Count == 0)
        {
            return Task.FromResult(Problem.NotFound($"there is nothing at /{string.Join('/', request.Path)}; {DrillApi.Prefix}/openapi.json says what there is").ToResponse());
        }

        var method = request.Method == "HEAD" ? "GET" : request.Method;
        var (found, arguments) = matches.FirstOrDefault(match => match.Route.Method == method);
        if (found is null)
        {
            var allowed = string.Join(", ", matches.Select(match => match.Route.Method == "GET" ? "GET, HEAD" : match.Route.Method));
            return Task.FromResult(Problem.Of(405, "method-not-allowed", $"{request.Method} is not possible here; {allowed} is").ToResponse().With("Allow", allowed));
        }

        return found.Answer(new(request, arguments!), cancellation);
    }
}
