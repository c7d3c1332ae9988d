using System.CommandLine;

namespace DurableDrill.Local.Cli;

/// <summary>One word of the command line. A verb reads its arguments, calls a service and shows what came of it; it decides nothing itself.</summary>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Whether what is overdue in the home folder is put right first. Default: yes.</summary>
    public virtual bool Tidies => true;

    /// <summary>Whether it can drive a server (<c>--server</c>). Default: no.</summary>
    public virtual bool Remote => false;

    /// <summary>What Ctrl-C says that it does.</summary>
    public virtual string Ending => "ending: what is injured is put right first; once more leaves that to the watchdog and the next command";

    /// <summary>Does it. What a person must put right is thrown as <see cref="CliException"/>.</summary>
    public abstract Task<ExitCode> RunAsync(Session session, CancellationToken cancellation);
}
