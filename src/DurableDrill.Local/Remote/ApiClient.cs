using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DurableDrill.Api;
using DurableDrill.Faults;
using DurableDrill.Local.Cli;
using DurableDrill.Local.Hosting;
using DurableDrill.Reports;
using DurableDrill.Targets;

namespace DurableDrill.Local.Remote;

/// <summary>Drives a server over the HTTP API, whichever host it is. What the server refuses becomes a <see cref="CliException"/> with every reason.</summary>
internal sealed class ApiClient : IDrillClient
{
    /// <summary>Longer than any answer takes but that of a long poll, which this client does not ask for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient http;
    private readonly string server;

    /// <param name="server">The server's address: <c>http://127.0.0.1:8321</c>; an <c>/api</c> at its end may be left out.</param>
    /// <param name="token">Its token, or a Functions app's key; null: it needs none.</param>
    /// <param name="handler">What sends the requests.</param>
    /// <exception cref="CliException">It is no address.</exception>
    public ApiClient(string server, string? token, HttpMessageHandler handler)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CliException($"--server {server}: an address such as http://127.0.0.1:8321 is expected");
        }

        this.server = server.TrimEnd('/') is var trimmed && trimmed.EndsWith(DrillApi.Prefix, StringComparison.Ordinal) ? trimmed : trimmed + DrillApi.Prefix;
        http = new(handler) { Timeout = Patience };
        if (token is not null)
        {
            // A home's server looks for the first, a Functions app for the second.
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            http.DefaultRequestHeaders.Add("x-functions-key", token);
        }
    }

    /// <summary>Asks the server and gives its answer back; null where there is nothing of this name and <paramref name="orNull"/> says that this is fine.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">After the prefix: <c>drills/worker-1</c>.</param>
    /// <param name="body">The body, and its content type; null: none.</param>
    /// <param name="cancellation">Ends the wait for the answer.</param>
    /// <param name="orNull">Whether 404 is an answer.</param>
    public async Task<T?> AskAsync<T>(HttpMethod method, string path, (string Text, string Type)? body, CancellationToken cancellation, bool orNull = false)
    {
        using var request = new HttpRequestMessage(method, $"{server}/{path}");
        request.Headers.Accept.Add(new("application/json"));
        if (body is var (text, type))
        {
            request.Content = new StringContent(text, Encoding.UTF8, type);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var answer = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode
                ? answer.Length == 0 ? default : JsonSerializer.Deserialize<T>(answer, DrillJson.Options)
                : orNull && response.StatusCode == HttpStatusCode.NotFound ? default : throw Refusal(response.StatusCode, answer);
        }
        catch (HttpRequestException error)
        {
            throw new CliException($"{server} does not answer: {error.Message}");
        }
        catch (JsonException error)
        {
            throw new CliException($"{server}/{path} answered something else than this program understands: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException($"{server} did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    /// <inheritdoc/>
    public Task<DrillView?> LookAsync(string drillId, CancellationToken cancellation) =>
        AskAsync<DrillView>(HttpMethod.Get, $"drills/{Uri.EscapeDataString(drillId)}", null, cancellation, orNull: true);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation) =>
        (await AskAsync<DrillList>(HttpMethod.Get, "drills?limit=1000", null, cancellation))?.Drills ?? [];

    /// <inheritdoc/>
    public Task AbortAsync(string drillId, string why, CancellationToken cancellation) => AskAsync<DrillView>(
        HttpMethod.Post, $"drills/{Uri.EscapeDataString(drillId)}/abort", (JsonSerializer.Serialize(new { reason = why }), "application/json"), cancellation);

    /// <inheritdoc/>
    public async Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        await AskAsync<JanitorReport>(HttpMethod.Post, "revert", (JsonSerializer.Serialize(new { ids }), "application/json"), cancellation) ?? new([], []);

    /// <inheritdoc/>
    public Task<DrillReport?> ReadReportAsync(string drillId, CancellationToken cancellation) =>
        AskAsync<DrillReport>(HttpMethod.Get, $"drills/{Uri.EscapeDataString(drillId)}/report.json", null, cancellation, orNull: true);

    /// <inheritdoc/>
    public string Locate(string drillId, string name) => $"{server}/drills/{Uri.EscapeDataString(drillId)}/{name}";

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private CliException Refusal(HttpStatusCode status, string answer)
    {
        try
        {
            if (JsonSerializer.Deserialize<Problem>(answer, DrillJson.Options) is { Detail: { } detail } problem)
            {
                return problem.Errors is { Count: > 0 } errors
                    ? new CliException([.. errors.Select(error => new Finding(Severity.Error, error.Path, error.Message))])
                    : new CliException(detail);
            }
        }
        catch (JsonException)
        {
            // Something between here and the server answered.
        }

        return new CliException($"{server} answered {(int)status}");
    }

    private sealed record DrillList(IReadOnlyList<DrillView> Drills);
}
