using System.CommandLine;

namespace DurableDrill.Local.Cli;

/// <summary>One word of the command line. A verb reads its arguments, calls a service and shows what came of it; it decides nothing itself.</summary>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Does it. What a person must put right is thrown as <see cref="CliException"/>.</summary>
    public abstract Task<ExitCode> RunAsync(Session session, CancellationToken cancellation);
}

/// <summary>What a verb is given.</summary>
/// <param name="Arguments">What was typed.</param>
/// <param name="Home">Where everything that lasts is kept; a full path, which may not exist yet.</param>
/// <param name="Screen">Where its result goes.</param>
/// <param name="Interrupts">Ctrl-C.</param>
internal sealed record Session(ParseResult Arguments, string Home, Screen Screen, Interrupts Interrupts);
