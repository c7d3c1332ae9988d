using System.CommandLine;
using System.CommandLine.Parsing;
using DurableDrill.Adapters.Sources;
using DurableDrill.Local.Hosting;
using DurableDrill.Targets;

namespace DurableDrill.Local.Cli;

/// <summary>Reads the command line, runs one verb and turns whatever comes of it into output and an exit code.</summary>
internal sealed class CommandLine
{
    private readonly Option<bool> json = new("--json") { Description = "One JSON document on standard output, and nothing else there", Recursive = true };
    private readonly Option<string?> home = new("--home")
    {
        Description = "Where everything that lasts is kept (default: $DRILL_HOME, else ./.durabledrill)",
        HelpName = "folder",
        Recursive = true,
    };

    private readonly Option<string?> storage = new("--storage")
    {
        Description = "Keep reports, samples, tickets and campaigns in this storage account (default: $DRILL_STORAGE, else files in the home)",
        HelpName = "connection",
        Recursive = true,
    };

    private readonly Option<string?> server = new("--server")
    {
        Description = "Drive this server instead of a home folder (drill serve, or the Functions app)",
        HelpName = "url",
        Recursive = true,
    };

    private readonly Option<string?> token = new("--token")
    {
        Description = "The server's token, by reference: env:NAME or file:PATH",
        HelpName = "reference",
        Recursive = true,
    };

    private readonly RootCommand root;

    public CommandLine(string description, Verb withoutVerb, params IEnumerable<Verb> verbs)
    {
        root = new RootCommand(description) { json, home, storage, server, token };
        Bind(root, withoutVerb);
        foreach (var verb in verbs)
        {
            Bind(verb, verb);
            root.Add(verb);
        }
    }

    public async Task<int> RunAsync(string[] args)
    {
        var arguments = root.Parse(args);
        if (arguments.Errors.Count > 0)
        {
            // Also when the mistake keeps "--json" from being parsed, the caller that wrote it expects JSON.
            new Screen(args.Contains("--json"), Console.Out, Console.Error).Fail([.. arguments.Errors.Select(Describe)]);
            return (int)ExitCode.Error;
        }

        return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static Finding Describe(ParseError error) => new(Severity.Error, "", $"{error.Message.TrimEnd('.')} (see --help)");

    private void Bind(Command command, Verb verb) => command.SetAction(async (arguments, _) =>
    {
        var screen = new Screen(arguments.GetValue(json), Console.Out, Console.Error);
        using var interrupts = new Interrupts(screen.Note, verb.Ending);
        return (int)await GuardAsync(screen, interrupts.Token, async () =>
        {
            if (arguments.GetValue(storage) is { } connection)
            {
                // So that the watchdog, which this process starts, finds it too, and no command line shows it.
                Environment.SetEnvironmentVariable(HomeStores.Variable, connection);
            }

            await using var session = new Session(arguments, HomeOf(arguments), arguments.GetValue(server), arguments.GetValue(token), screen, interrupts);
            if (session.IsRemote && !verb.Remote)
            {
                throw new CliException($"{verb.Name} works on this machine's home folder; with --server there are list, status, wait, abort, revert, report, run, targets, compare and campaign");
            }

            if (verb.Tidies && !session.IsRemote)
            {
                await session.TidyAsync(resumed: null, interrupts.Token);
            }

            return await verb.RunAsync(session, interrupts.Token);
        });
    });

    private static async Task<ExitCode> GuardAsync(Screen screen, CancellationToken interrupted, Func<Task<ExitCode>> run)
    {
        try
        {
            return await run();
        }
        catch (CliException error)
        {
            screen.Fail(error.Reasons);
            return ExitCode.Error;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            screen.Fail([new(Severity.Error, "", "aborted")]);
            return ExitCode.Aborted;
        }
        catch (Exception error) when (error is TargetException or SecretException or IOException or UnauthorizedAccessException)
        {
            screen.Fail([new(Severity.Error, "", error.Message)]);
            return ExitCode.Error;
        }
        catch (Exception error)
        {
            // A bug of ours: the evidence is kept where the person looks, and standard output still holds at most one document.
            screen.Fail([new(Severity.Error, "", $"unexpected {error.GetType().Name}: {error.Message}")]);
            await Console.Error.WriteLineAsync(error.ToString());
            return ExitCode.Error;
        }
    }

    private string HomeOf(ParseResult arguments) =>
        Path.GetFullPath(arguments.GetValue(home) ?? Environment.GetEnvironmentVariable("DRILL_HOME") ?? ".durabledrill");
}
