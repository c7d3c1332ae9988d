using System.CommandLine;
using System.Net;
using DurableDrill.Adapters.Files;
using DurableDrill.Api;
using DurableDrill.Local.Serve;
using Spectre.Console;

namespace DurableDrill.Local.Cli;

/// <summary>
/// Serves this home over HTTP until Ctrl-C: the API, the dashboard, and its campaigns on their schedules. Drills that an earlier server left go on;
/// those that run when it is stopped go on with the next one (the watchdog reverts in time if there is none).
/// </summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<IPAddress> bind = new("--bind")
    {
        Description = "The address to listen on; one that other machines can reach needs a token: --token, or one is made and kept in the home folder",
        HelpName = "address",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = result => IPAddress.TryParse(result.Tokens.Single().Value, out var address) ? address : Refuse(result),
    };

    private readonly Option<int> port = new("--port") { Description = "The port; 0: any free one", HelpName = "number", DefaultValueFactory = _ => 8321 };

    public ServeVerb()
        : base("serve", "Serve this home over HTTP: the API, a dashboard, campaigns on their schedules")
    {
        Add(bind);
        Add(port);
        port.Validators.Add(result =>
        {
            if (result.GetValue(port) is < 0 or > 65535)
            {
                result.AddError($"--port {result.GetValue(port)}: 0 to 65535 is expected");
            }
        });
    }

    /// <summary>It goes on with what was interrupted instead of aborting it.</summary>
    public override bool Tidies => false;

    public override string Ending => "ending: drills and campaigns go on with the next drill serve; the watchdog reverts in time what is injured until then";

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        var folder = Path.Combine(session.Home, "serve");
        using var only = FileLock.TryAcquire(Path.Combine(folder, "lock")) ?? throw new CliException($"another drill serve serves {session.Home} already");
        var address = session.Arguments.GetRequiredValue(bind);
        var file = Path.Combine(folder, "token");
        var made = session.Token is null && !IPAddress.IsLoopback(address);
        var token = made ? TokenFile.ReadOrMake(file) : session.Token;

        var api = new DrillApi(session.Host, line => session.Screen.Progress.Report(line));
        await using var server = new DrillServer(api, new(address, session.Arguments.GetValue(port)), token);
        foreach (var line in await session.Host.TidyAsync(_ => true, session.Screen.Progress, cancellation))
        {
            session.Screen.Progress.Report(line);
        }

        await server.StartAsync(cancellation);
        session.Screen.Show(new { url = server.Url, home = session.Home, token_file = made ? file : null }, console =>
        {
            console.WriteLine($"serving {session.Home} on {server.Url}{(made ? $"; the token is in {file}" : token is null ? "" : "; with the token given")}");
            console.WriteLine($"the dashboard is {server.Url}/, the API {server.Url}{DrillApi.Prefix}; Ctrl-C ends it");
        });
        await TickAsync(session, api, cancellation);
        return ExitCode.Passed;
    }

    /// <summary>Looks at the campaigns now and at the begin of each minute.</summary>
    private static async Task TickAsync(Session session, DrillApi api, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        try
        {
            while (true)
            {
                var looked = time.GetUtcNow();
                try
                {
                    foreach (var line in await api.Campaigns.TickAsync(cancellation))
                    {
                        session.Screen.Progress.Report(line);
                    }
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    session.Screen.Progress.Report($"campaigns cannot be looked at now: {error.Message}");
                }

                await Task.Delay(PauseAfter(looked, time.GetUtcNow()), time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how a server ends.
        }
    }

    /// <summary>How long it is to the begin of the minute after a look. A timer may wake a moment too early, and the look end in the minute that it did not see.</summary>
    internal static TimeSpan PauseAfter(DateTimeOffset looked, DateTimeOffset now)
    {
        var next = looked.AddTicks(TimeSpan.TicksPerMinute - looked.Ticks % TimeSpan.TicksPerMinute);
        return next > now ? next - now : TimeSpan.Zero;
    }

    private static IPAddress? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"--bind {result.Tokens.Single().Value}: an IP address is expected");
        return null;
    }
}
