using System.CommandLine;
using DurableDrill.Local.Hosting;

namespace DurableDrill.Local.Cli;

/// <summary>One command under way: what a verb is given.</summary>
/// <param name="arguments">What was typed.</param>
/// <param name="home">Where everything that lasts is kept; a full path, which may not exist yet.</param>
/// <param name="screen">Where its result goes.</param>
/// <param name="interrupts">Ctrl-C.</param>
internal sealed class Session(ParseResult arguments, string home, Screen screen, Interrupts interrupts) : IAsyncDisposable
{
    private DrillHost? host;

    public ParseResult Arguments { get; } = arguments;

    public string Home { get; } = home;

    public Screen Screen { get; } = screen;

    public Interrupts Interrupts { get; } = interrupts;

    /// <summary>The host of this home, opened when it is first asked for.</summary>
    public DrillHost Host => host ??= new DrillHost(Home, TimeProvider.System, line => Screen.Progress.Report(line));

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
        if (host is not null)
        {
            await host.DisposeAsync();
        }
    }
}
