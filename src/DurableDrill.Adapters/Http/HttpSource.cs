using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Http;

/// <summary>
/// GET of one URL on a kept connection. The options of a source that are the request's: <c>user</c> and <c>password</c> (a reference), or <c>bearer</c>
/// (a reference).
/// </summary>
internal sealed class HttpSource
{
    private const int MaxBody = 4 * 1024 * 1024;
    private const int MaxQuoted = 200;

    // For those who set no limit of their own; the sampler's is shorter.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // One for the process: connections are pooled by host.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(1),
        // So that a changed DNS entry is seen.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        MaxResponseContentBufferSize = MaxBody,
        Timeout = Patience,
    };

    private readonly Uri url;
    private readonly string? user;
    private readonly string? password;
    private readonly string? bearer;
    private readonly Secrets secrets;

    private HttpSource(Uri url, string? user, string? password, string? bearer, Secrets secrets)
    {
        this.url = url;
        this.user = user;
        this.password = password;
        this.bearer = bearer;
        this.secrets = secrets;
    }

    /// <summary>Reads address and options of a request.</summary>
    public static HttpSource Of(SourceOptions options, Secrets secrets)
    {
        var text = options.Address.StartsWith("GET ", StringComparison.Ordinal) ? options.Address[4..].Trim() : options.Address;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            options.Wrong("", "is no address to read from; allowed: http://HOST:PORT/PATH, https://HOST/PATH");
            url = new("http://127.0.0.1");
        }

        if (url.UserInfo.Length > 0)
        {
            options.Wrong("", "holds a user or a password; give \"user\", and \"password\" as a reference, env:NAME or file:PATH");
        }

        var user = options.Optional("user");
        var password = options.Reference("password");
        var bearer = options.Reference("bearer");
        if ((user is null) != (password is null))
        {
            options.Wrong(user is null ? "user" : "password", "is missing: user and password come together");
        }

        if (user is not null && bearer is not null)
        {
            options.Wrong("bearer", "and \"user\" are given; allowed: one of them");
        }

        return new(url, user, password, bearer, secrets);
    }

    /// <summary>Another URL of the same server, with the same credentials.</summary>
    public HttpSource At(string relative) => new(new(url.AbsoluteUri.TrimEnd('/') + relative), user, password, bearer, secrets);

    /// <summary>The answer, whatever its status.</summary>
    /// <exception cref="ProbeException">There is none.</exception>
    public async Task<HttpAnswer> GetAsync(CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Authorization = Authorization() } };
            using var response = await Client.SendAsync(request, cancellation);
            return new((int)response.StatusCode, response.ReasonPhrase, await response.Content.ReadAsStringAsync(cancellation), response.Headers.Date);
        }
        catch (HttpRequestException error)
        {
            throw Failed(error.InnerException is { } inner ? $"{error.Message} ({inner.Message})" : error.Message, error);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed($"no answer within {Patience.TotalSeconds} s");
        }
        catch (SecretException error)
        {
            throw Failed(error.Message);
        }
    }

    /// <summary>The body of a successful answer.</summary>
    /// <exception cref="ProbeException">There is no answer, or its status is not from 200 to 299.</exception>
    public async Task<string> GetBodyAsync(CancellationToken cancellation)
    {
        var answer = await GetAsync(cancellation);
        return answer.Status is >= 200 and < 300
            ? answer.Body
            : throw Failed($"{answer.Status} {answer.Reason}: {Quoted(answer.Body)}");
    }

    /// <summary>The body of a successful answer, as JSON.</summary>
    /// <exception cref="ProbeException">As for <see cref="GetBodyAsync"/>.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public async Task<JsonElement> GetJsonAsync(CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(await GetBodyAsync(cancellation));
        return json.RootElement.Clone();
    }

    /// <summary>What is wrong with an answer, as a gap.</summary>
    public ProbeException Failed(string problem) => new(secrets.Redact($"GET {url}: {problem}"));

    /// <summary>The beginning of what the other side said.</summary>
    public static string Quoted(string body)
    {
        var line = body.ReplaceLineEndings(" ").Trim();
        return line.Length <= MaxQuoted ? line : line[..MaxQuoted] + "…";
    }

    // The kind of the failure is kept, its text is not: a health check tells a refused connection from a silent one.
    private ProbeException Failed(string problem, HttpRequestException error) =>
        new(secrets.Redact($"GET {url}: {problem}"), new HttpRequestException(error.HttpRequestError));

    private AuthenticationHeaderValue? Authorization()
    {
        if (bearer is not null)
        {
            return new("Bearer", secrets.Resolve(bearer));
        }

        return user is null
            ? null
            : new("Basic", secrets.Remember(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secrets.Resolve(password!)}"))));
    }
}

/// <summary>An answer to a GET.</summary>
/// <param name="Status">200 and so on.</param>
/// <param name="Reason">The phrase beside it.</param>
/// <param name="Body">As text.</param>
/// <param name="Date">The server's clock, in whole seconds; null: it did not say.</param>
internal sealed record HttpAnswer(int Status, string? Reason, string Body, DateTimeOffset? Date);
