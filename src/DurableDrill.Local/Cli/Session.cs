using System.CommandLine;
using DurableDrill.Adapters.Sources;
using DurableDrill.Api;
using DurableDrill.Local.Hosting;
using DurableDrill.Local.Remote;

namespace DurableDrill.Local.Cli;

/// <summary>One command under way: what a verb is given.</summary>
/// <param name="arguments">What was typed.</param>
/// <param name="home">Where everything that lasts is kept; a full path, which may not exist yet.</param>
/// <param name="server">The server to drive instead; null: none.</param>
/// <param name="token">The reference to that server's token, or to the one that this server asks for; null: none.</param>
/// <param name="screen">Where its result goes.</param>
/// <param name="interrupts">Ctrl-C.</param>
internal sealed class Session(ParseResult arguments, string home, string? server, string? token, Screen screen, Interrupts interrupts) : IAsyncDisposable
{
    private DrillHost? host;
    private ApiClient? api;

    public ParseResult Arguments { get; } = arguments;

    public string Home { get; } = home;

    public Screen Screen { get; } = screen;

    public Interrupts Interrupts { get; } = interrupts;

    /// <summary>Whether a server is driven, and not this home.</summary>
    public bool IsRemote => server is not null;

    /// <summary>The token given, resolved; null: none was.</summary>
    /// <exception cref="SecretException">There is nothing behind the reference.</exception>
    public string? Token => token is null ? null : new Secrets().Resolve(token);

    /// <summary>The host of this home, opened when it is first asked for.</summary>
    public DrillHost Host => IsRemote
        ? throw new InvalidOperationException("a server is driven: there is no host here")
        : host ??= new DrillHost(Home, TimeProvider.System, line => Screen.Progress.Report(line));

    /// <summary>What is asked about drills: the server, or the host of this home.</summary>
    public IDrillClient Client => IsRemote ? Api : Host;

    /// <summary>The HTTP API: the server's, or this home's without a server.</summary>
    public ApiClient Api => api ??= IsRemote
        ? new ApiClient(server!, Token, new SocketsHttpHandler())
        : new ApiClient("http://localhost", null, new InProcessHandler(new DrillApi(Host, line => Screen.Progress.Report(line))));

    /// <summary>Puts right what an earlier command left behind, and says what it found.</summary>
    /// <param name="resumed">A drill that goes on instead of being aborted; null: none.</param>
    /// <param name="cancellation">Leaves the rest to the next command.</param>
    public async Task TidyAsync(string? resumed, CancellationToken cancellation)
    {
        if (!Directory.Exists(Home))
        {
            return;
        }

        foreach (var line in await Host.TidyAsync(id => id == resumed, Screen.Progress, cancellation))
        {
            Screen.Progress.Report(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (api is not null)
        {
            await api.DisposeAsync();
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }
    }
}
