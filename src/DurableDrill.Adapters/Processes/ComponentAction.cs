using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>Runs an action that a component declares: <c>http: POST URL</c>; without a method it is a POST.</summary>
public static class ComponentAction
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Sends the request.</summary>
    /// <exception cref="TargetException">It was not answered with 2xx.</exception>
    public static async Task RunAsync(SourceSpec action, CancellationToken cancellation)
    {
        var words = action.Address.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (method, url) = words.Length == 2 ? (words[0], words[1]) : ("POST", words[0]);
        try
        {
            using var request = new HttpRequestMessage(new(method), url);
            using var answer = await Http.SendAsync(request, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                throw new TargetException($"{method} {url} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
            }
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && error is HttpRequestException or OperationCanceledException)
        {
            throw new TargetException($"{method} {url}: {error.Message}", error);
        }
    }
}
