using DurableDrill.Local.Hosting;
using DurableDrill.Local.Watchdog;

namespace DurableDrill.Local.Cli;

/// <summary>The detached process that reverts when nobody else does. Started by the program itself; nobody need type it.</summary>
internal sealed class WatchdogVerb : Verb
{
    public WatchdogVerb()
        : base("watchdog", "Reverts faults at their tickets' time, whatever becomes of the command that applied them") => Hidden = true;

    /// <summary>It looks after the home by itself, and starts no drill's code.</summary>
    public override bool Tidies => false;

    public override async Task<ExitCode> RunAsync(Session session, CancellationToken cancellation)
    {
        await new WatchdogLoop(new(session.Home), new(session.Home, HomeStores.Of(session.Home).Tickets, TimeProvider.System), TimeProvider.System, Console.Error)
            .RunAsync(cancellation);
        return ExitCode.Passed;
    }
}
