using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// A thin client of the Docker Engine API (docs.docker.com/reference/api/engine), over the Unix socket or <c>DOCKER_HOST</c> (<c>unix://PATH</c>,
/// <c>tcp://HOST:PORT</c>). Speaks the newest version that both sides know. One connection pool for an engine; safe for several threads.
/// </summary>
public sealed class DockerEngine : IDisposable
{
    /// <summary>Where an engine listens unless told otherwise.</summary>
    public const string DefaultHost = "unix:///var/run/docker.sock";

    private static readonly Version Newest = new(1, 47);
    private static readonly Version Oldest = new(1, 30);

    // Longer than a stop with its grace and a start on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient client;
    private readonly SemaphoreSlim negotiating = new(1);
    private Version? version;

    /// <param name="host">As in DOCKER_HOST; null or empty: the default socket.</param>
    /// <exception cref="TargetException">Its form is not known.</exception>
    public DockerEngine(string? host)
    {
        Host = string.IsNullOrWhiteSpace(host) ? DefaultHost : host;
        if (!Uri.TryCreate(Host, UriKind.Absolute, out var uri) || uri.Scheme is not ("unix" or "tcp" or "http"))
        {
            throw new TargetException($"DOCKER_HOST is \"{Host}\"; allowed: unix:///PATH, tcp://HOST:PORT");
        }

        var handler = new SocketsHttpHandler();
        if (uri.Scheme == "unix")
        {
            handler.ConnectCallback = async (_, cancellation) => await ConnectAsync(uri.AbsolutePath, cancellation);
        }

        client = new(handler)
        {
            BaseAddress = new(uri.Scheme == "unix" ? "http://docker/" : $"http://{uri.Authority}/"),
            Timeout = Patience,
        };
    }

    /// <summary>The engine's address.</summary>
    public string Host { get; }

    /// <summary>The engine that <c>DOCKER_HOST</c> names.</summary>
    public static DockerEngine FromEnvironment() => new(Environment.GetEnvironmentVariable("DOCKER_HOST"));

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        negotiating.Dispose();
    }

    /// <summary>
    /// Changes whenever the engine is started, unless its containers have lived on (live-restore): just then it makes its own bridge network anew. Null:
    /// it was told to have none.
    /// </summary>
    internal async Task<string?> EpochAsync(CancellationToken cancellation) => (await FindAsync<Created>("networks/bridge", cancellation))?.Id;

    internal static string Escape(string text) => Uri.EscapeDataString(text);

    /// <summary>A filter of a list: <c>label</c> with its values.</summary>
    internal static string Filters(string name, params IReadOnlyList<string> values) =>
        "filters=" + Escape(JsonSerializer.Serialize(new Dictionary<string, IReadOnlyList<string>> { [name] = values }));

    internal async Task<T> GetAsync<T>(string path, CancellationToken cancellation)
        where T : class =>
        await SendAsync<T>(HttpMethod.Get, path, null, cancellation) ?? throw new TargetException($"docker: GET {path} answered nothing");

    /// <summary>GET; null when the engine says that there is none.</summary>
    internal async Task<T?> FindAsync<T>(string path, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await SendAsync<T>(HttpMethod.Get, path, null, cancellation);
        }
        catch (EngineException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    internal async Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellation)
        where T : class =>
        await SendAsync<T>(HttpMethod.Post, path, body, cancellation) ?? throw new TargetException($"docker: POST {path} answered nothing");

    /// <summary>POST without an answer; "already so" (304) is success.</summary>
    internal Task PostAsync(string path, object? body, CancellationToken cancellation) => SendAsync<object>(HttpMethod.Post, path, body, cancellation);

    /// <summary>DELETE; false when there was nothing.</summary>
    internal async Task<bool> DeleteAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await SendAsync<object>(HttpMethod.Delete, path, null, cancellation);
            return true;
        }
        catch (EngineException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>The raw bytes of an answer: output of a container or an exec.</summary>
    internal async Task<byte[]> ReadBytesAsync(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var answer = await AskAsync(method, path, body, cancellation);
        return await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>The bytes of an answer, while they come; output that may be large.</summary>
    internal async Task<Stream> OpenAsync(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        var answer = await AskAsync(method, path, body, cancellation, HttpCompletionOption.ResponseHeadersRead);
        return await answer.Content.ReadAsStreamAsync(cancellation);
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellation)
        where T : class
    {
        using var answer = await AskAsync(method, path, body, cancellation);
        if (typeof(T) == typeof(object) || answer.StatusCode is HttpStatusCode.NotModified or HttpStatusCode.NoContent)
        {
            return null;
        }

        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Json, cancellation);
        }
        catch (JsonException error)
        {
            throw new TargetException($"docker: {method} {path} answered something else than expected: {error.Message}", error);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellation, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        var known = version ?? await NegotiateAsync(cancellation);
        return await AskRawAsync(method, $"v{known}/{path}", body, cancellation, until);
    }

    private async Task<Version> NegotiateAsync(CancellationToken cancellation)
    {
        await negotiating.WaitAsync(cancellation);
        try
        {
            if (version is null)
            {
                using var answer = await AskRawAsync(HttpMethod.Get, "version", null, cancellation);
                var engine = await answer.Content.ReadFromJsonAsync<EngineVersion>(Json, cancellation);
                var theirs = System.Version.TryParse(engine?.ApiVersion, out var parsed) ? parsed : new(0, 0);
                var least = System.Version.TryParse(engine?.MinApiVersion, out var minimum) ? minimum : Oldest;
                version = theirs < Oldest || least > Newest
                    ? throw new TargetException($"docker at {Host} speaks API {least} to {theirs} (engine {engine?.Version}); this program speaks {Oldest} to {Newest}")
                    : theirs < Newest ? theirs : Newest;
            }

            return version;
        }
        finally
        {
            negotiating.Release();
        }
    }

    private async Task<HttpResponseMessage> AskRawAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellation, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: Json);
            // The engine refuses bodies without a length on some calls.
            await request.Content.LoadIntoBufferAsync(cancellation);
        }

        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, until, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && error is HttpRequestException or OperationCanceledException or IOException)
        {
            var reason = error is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : error.InnerException?.Message ?? error.Message;
            throw new TargetException($"docker at {Host}: {method} {path}: {reason}", error);
        }

        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified)
        {
            return answer;
        }

        using (answer)
        {
            throw new EngineException(answer.StatusCode, $"docker: {method} {path} answered {(int)answer.StatusCode}: {await WordsAsync(answer, cancellation)}");
        }
    }

    private static async Task<string> WordsAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        try
        {
            return JsonSerializer.Deserialize<EngineError>(text, Json)?.Message ?? text;
        }
        catch (JsonException)
        {
            return text.Length > 300 ? text[..300] : text;
        }
    }
}

/// <summary>The engine refused; the message holds the request and what the engine said.</summary>
internal sealed class EngineException(HttpStatusCode status, string message) : TargetException(message)
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;
}
