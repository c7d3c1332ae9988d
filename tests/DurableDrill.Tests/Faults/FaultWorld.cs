using System.Text.Json;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Faults;

/// <summary>
/// A ledger, a target, the drills and a watchdog in memory. Each call of a port first waits for <see cref="Turn"/>, so that a test can put the
/// calls of several actors in any order, and let an actor crash between any two.
/// </summary>
internal sealed class FaultWorld : IFaultLedger, ITargetCatalog, ITarget, IDrillStates, IWatchdog
{
    public const string TicketId = "drill.kill-a";

    private readonly Dictionary<string, Versioned<FaultTicket>> tickets = [];

    public FaultWorld()
    {
        Executor = new(this, this, this, this, Time);
        Janitor = new(Executor, this, this, this, Time);
    }

    public ManualTime Time { get; } = new();

    public FaultExecutor Executor { get; }

    public Janitor Janitor { get; }

    /// <summary>Waited for before each call; the default waits for nothing.</summary>
    public Func<string, Task> Turn { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether the fault is there.</summary>
    public bool Present { get; private set; }

    public DrillLife Life { get; set; } = DrillLife.Runs;

    public bool Gone { get; set; }

    /// <summary>Whether the target acts though its call was cancelled.</summary>
    public bool Deaf { get; set; }

    /// <summary>Whether nothing can be written while the fault is there.</summary>
    public bool FillsTheLedger { get; set; }

    public string? ApplyError { get; set; }

    public string? RevertError { get; set; }

    public string? WatchdogError { get; set; }

    public List<string> Calls { get; } = [];

    public Dictionary<string, string> Holds { get; } = [];

    public List<string> Unreadable { get; } = [];

    public string Name => "target";

    public FaultTicket Ticket(string id = TicketId) => new(id, "drill", Name, new Kill("a"),
        Time.GetUtcNow(), Time.GetUtcNow().AddSeconds(30), Time.GetUtcNow().AddSeconds(60));

    public FaultTicket Stored(string id = TicketId) => tickets[id].Value;

    public void Store(FaultTicket ticket) => tickets[ticket.Id] = new(ticket, "1");

    public async Task<bool> TryOpenAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        await Turn("open");
        return tickets.TryAdd(ticket.Id, new(ticket, "1"));
    }

    async Task<Versioned<FaultTicket>?> IFaultLedger.ReadAsync(string ticketId, CancellationToken cancellation)
    {
        await Turn("read");
        return tickets.GetValueOrDefault(ticketId);
    }

    public async Task<bool> TryReplaceAsync(FaultTicket ticket, string version, CancellationToken cancellation)
    {
        await Turn("replace");
        if (FillsTheLedger && Present)
        {
            throw new IOException("no space left on device");
        }

        if (tickets[ticket.Id].Version != version)
        {
            return false;
        }

        tickets[ticket.Id] = new(ticket, $"{int.Parse(version) + 1}");
        return true;
    }

    public Task<TicketListing> ListOpenAsync(CancellationToken cancellation) => Task.FromResult<TicketListing>(
        new([.. tickets.Values.Select(found => found.Value).Where(ticket => ticket.State != TicketState.Closed)], Unreadable));

    public Task<TicketListing> ListAsync(string drillId, CancellationToken cancellation) => Task.FromResult<TicketListing>(
        new([.. tickets.Values.Select(found => found.Value).Where(ticket => ticket.DrillId == drillId)], Unreadable));

    public async Task<ITarget?> OpenAsync(string name, CancellationToken cancellation)
    {
        await Turn("target");
        return Gone ? null : this;
    }

    async Task<DrillLife> IDrillStates.ReadAsync(string drillId, CancellationToken cancellation)
    {
        await Turn("drill");
        return Life;
    }

    public async Task EnsureRunningAsync(CancellationToken cancellation)
    {
        await Turn("watchdog");
        Calls.Add("watchdog");
        if (WatchdogError is { } error)
        {
            throw new TargetException(error);
        }
    }

    public async Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        await Turn("prepare");
        Calls.Add("prepare");
        return DrillJson.ToElement(Present ? "injured" : "healthy");
    }

    public async Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        await Turn("apply");
        if (!Deaf)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        Calls.Add("apply");
        Present = true;
        if (ApplyError is { } error)
        {
            throw new TargetException(error);
        }
    }

    public async Task RevertAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        await Turn("revert");
        Calls.Add("revert");
        if (RevertError is { } error)
        {
            throw new TargetException(error);
        }

        Present = false;
    }

    public async Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        await Turn("verify");
        return Present ? FaultPresence.Present : FaultPresence.Absent;
    }

    public Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation) => throw new NotSupportedException();

    public Task ReleaseAsync(string owner, CancellationToken cancellation)
    {
        Holds.Remove(owner);
        return Task.CompletedTask;
    }

    public Task<bool> ActAsync(string component, string action, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
