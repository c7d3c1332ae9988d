using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Local.Runtime;
using DurableDrill.Targets;

namespace DurableDrill.Local.Watchdog;

/// <summary>
/// Looks after everything that a home folder says is injured or goes with a dead process. It needs nothing but that folder: every command,
/// the watchdog and <c>drill revert</c> come through here.
/// </summary>
internal sealed class Caretaker
{
    private readonly Janitor janitor;
    private readonly TimeProvider time;

    /// <param name="home">The home folder.</param>
    /// <param name="tickets">Where its tickets are.</param>
    /// <param name="time">The clock.</param>
    public Caretaker(string home, IFaultLedger tickets, TimeProvider time)
        : this(home, tickets, new RunTargets(new(Path.Combine(home, "targets")), time), time)
    {
    }

    /// <summary>With a catalog that knows other carriers too.</summary>
    /// <param name="home">The home folder.</param>
    /// <param name="tickets">Where its tickets are.</param>
    /// <param name="targets">Opens the targets of tickets.</param>
    /// <param name="time">The clock.</param>
    public Caretaker(string home, IFaultLedger tickets, ITargetCatalog targets, TimeProvider time)
    {
        this.time = time;
        Targets = targets;
        Runs = new(Path.Combine(home, "targets"));
        Ledger = tickets;
        Drills = new HistoryDrillStates(new InstanceFolder(Path.Combine(home, "instances")));
        Watchdog = new WatchdogProcess(home);
        Executor = new(targets, Ledger, Drills, Watchdog, time);
        janitor = new(Executor, targets, Ledger, Drills, time);
    }

    /// <summary>The runs of this home.</summary>
    public RunFolders Runs { get; }

    /// <summary>Opens the targets of this home, whatever carries them.</summary>
    public ITargetCatalog Targets { get; }

    public IFaultLedger Ledger { get; }

    public IDrillStates Drills { get; }

    public WatchdogProcess Watchdog { get; }

    /// <summary>Applies and reverts, under the eye of this home's watchdog.</summary>
    public FaultExecutor Executor { get; }

    /// <summary>Does what is due: tickets first, then runs whose caller is dead.</summary>
    /// <param name="by">janitor or watchdog.</param>
    /// <param name="progress">Told what is taken down.</param>
    /// <param name="cancellation">Stops between two of them.</param>
    public async Task<CareReport> SweepAsync(string by, IProgress<string> progress, CancellationToken cancellation)
    {
        var tickets = await janitor.SweepAsync(by, cancellation);
        var waiting = false;
        var problems = new List<string>(tickets.Unreadable);
        foreach (var run in Runs.Runs)
        {
            try
            {
                waiting |= await new ProcessPipeline(run, time).DownWithCallerAsync(progress, cancellation);
            }
            catch (Exception error) when (error is TargetException or IOException)
            {
                problems.Add($"{run.Path}: {error.Message}");
                waiting |= error is IOException;
            }
        }

        return new(tickets.Acts, problems, waiting || tickets.Acts.Any(act => act.Outcome != JanitorOutcome.Closed));
    }

    /// <summary>Reverts by hand, due or not: the tickets or drills named, or everything that is open when none is named.</summary>
    /// <exception cref="KeyNotFoundException">A ticket or drill that was named is not there.</exception>
    public Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ticketsOrDrills, CancellationToken cancellation) =>
        janitor.RevertAsync(ticketsOrDrills, cancellation);
}

/// <summary>What a sweep did.</summary>
/// <param name="Acts">One for each open ticket.</param>
/// <param name="Problems">What a person must look at.</param>
/// <param name="Waiting">Whether something is left that somebody must come back for.</param>
internal sealed record CareReport(IReadOnlyList<JanitorAct> Acts, IReadOnlyList<string> Problems, bool Waiting)
{
    /// <summary>What was done, one line each; what only waits is not told.</summary>
    public IEnumerable<string> Lines => Acts.Where(act => act.Outcome != JanitorOutcome.NotDue).Select(Describe).Concat(Problems);

    /// <summary>One act in words.</summary>
    public static string Describe(JanitorAct act) => $"{act.Ticket.Id} ({act.Ticket.Fault.Kind} {act.Ticket.Fault.Component} on {act.Ticket.Target}): "
        + act.Outcome switch
        {
            JanitorOutcome.NotDue => $"not due before {act.Ticket.RevertBy:u}",
            JanitorOutcome.Reverted => $"reverted; verified once more after {act.Ticket.ApplyDeadline:u}",
            JanitorOutcome.Closed => "reverted and verified",
            _ => $"NOT reverted: {act.Error}",
        };
}
