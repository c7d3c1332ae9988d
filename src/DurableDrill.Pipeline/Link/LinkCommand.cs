using System.CommandLine;
using System.Globalization;
using DurableDrill.Pipeline.Hosting;

namespace DurableDrill.Pipeline.Link;

/// <summary>The verb <c>link</c>.</summary>
internal static class LinkCommand
{
    private static readonly Option<int> Listen = new("--listen") { Description = "Port on 127.0.0.1 where the link is entered.", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "HOST:PORT that it leads to.", Required = true };
    private static readonly Option<int> HttpPort = new("--http-port")
    {
        Description = "Port on 127.0.0.1 for GET /state and PUT /state {\"cut\":false,\"delay_ms\":0,\"jitter_ms\":0,\"bytes_per_second\":null}. A PUT is the whole state; a restarted link does nothing to what passes.",
        Required = true,
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var command = new Command("link", "Passes TCP connections on, and cuts, delays or throttles what passes, each direction alike.") { Listen, To, HttpPort };
        Check.Range(Listen, 1, 65_535);
        Check.Range(HttpPort, 1, 65_535);
        Check.Holds(To, value => Port(value) is not null, "HOST:PORT is expected");
        command.SetAction((arguments, _) => Host.RunAsync(async stopping =>
        {
            var to = arguments.GetValue(To)!;
            using var link = new TcpLink(arguments.GetValue(Listen), to[..to.LastIndexOf(':')], Port(to)!.Value, new(), TimeProvider.System);
            await using var endpoint = Endpoint(link.Conditions);
            await endpoint.StartAsync(arguments.GetValue(HttpPort), stopping);
            Host.Log($"127.0.0.1:{link.Port} leads to {to}");
            await link.RunAsync(stopping);
        }));
        return command;
    }

    /// <summary>The control API.</summary>
    public static HttpEndpoint Endpoint(Conditions conditions) => new HttpEndpoint()
        .On("GET", "/state", _ => Task.FromResult(HttpAnswer.Json(conditions.State)))
        .On("PUT", "/state", body =>
        {
            try
            {
                conditions.State = LinkState.Parse(body);
                Host.Log(conditions.State.ToString());
                return Task.FromResult(HttpAnswer.Json(conditions.State));
            }
            catch (FormatException error)
            {
                return Task.FromResult(HttpAnswer.Problem(422, error.Message));
            }
        });

    private static int? Port(string address) =>
        address.LastIndexOf(':') is > 0 and var colon && int.TryParse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536 ? port : null;
}
