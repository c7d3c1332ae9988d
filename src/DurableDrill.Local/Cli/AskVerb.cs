namespace DurableDrill.Local.Cli;

/// <summary>No verb: on a terminal it asks which drill and runs it; elsewhere that is a mistake.</summary>
internal sealed class AskVerb() : Verb("ask", "Asks which drill")
{
    public override Task<ExitCode> RunAsync(Session session, CancellationToken cancellation) =>
        session.Screen.CanAsk ? throw new NotSupportedException() : throw new CliException("which verb? see --help");
}
