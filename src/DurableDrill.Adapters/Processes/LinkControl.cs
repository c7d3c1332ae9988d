using System.Net.Http.Json;
using System.Text.Json;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>What a TCP link does to what passes through it; the JSON of its control API.</summary>
/// <param name="Cut">Nothing passes.</param>
/// <param name="DelayMs">Added to each direction, milliseconds.</param>
/// <param name="JitterMs">Uniform, at most, milliseconds.</param>
/// <param name="BytesPerSecond">Each direction; null: as fast as it goes.</param>
internal sealed record LinkState(bool Cut, double DelayMs, double JitterMs, long? BytesPerSecond);

/// <summary>Talks to the control API of a TCP link: GET and PUT of its state.</summary>
internal static class LinkControl
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Puts a state and makes sure that the link has it.</summary>
    /// <exception cref="TargetException">It did not take it.</exception>
    public static async Task PutAsync(LinkDefinition link, LinkState state, CancellationToken cancellation)
    {
        var has = await SendAsync(link, HttpMethod.Put, state, cancellation);
        if (has != state)
        {
            throw new TargetException($"PUT {link.Control}: asked for {state}, the link says {has}.");
        }
    }

    /// <summary>The state that the link has.</summary>
    /// <exception cref="TargetException">It does not say.</exception>
    public static Task<LinkState> GetAsync(LinkDefinition link, CancellationToken cancellation) =>
        SendAsync(link, HttpMethod.Get, null, cancellation);

    private static async Task<LinkState> SendAsync(LinkDefinition link, HttpMethod method, LinkState? state, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, link.Control);
            request.Content = state is null ? null : JsonContent.Create(state, options: DrillJson.Options);
            using var answer = await Http.SendAsync(request, cancellation);
            var said = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.IsSuccessStatusCode
                ? JsonSerializer.Deserialize<LinkState>(said, DrillJson.Options)!
                : throw new TargetException($"{method} {link.Control} answered {(int)answer.StatusCode}: {said}");
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested
            && error is HttpRequestException or OperationCanceledException or JsonException)
        {
            throw new TargetException($"{method} {link.Control} ({link.Component}): {error.Message}", error);
        }
    }
}
