using DurableDrill.Targets;

namespace DurableDrill.Faults;

/// <summary>
/// Reverts and closes what no workflow will: every ticket whose drill is over or whose time is up, and the last look at those reverted. One ticket that fails does not
/// stop the others.
/// </summary>
/// <param name="executor">Does it.</param>
/// <param name="targets">Lets targets go whose drill is over.</param>
/// <param name="ledger">Keeps the tickets.</param>
/// <param name="drills">Says which drills are over.</param>
/// <param name="time">The clock that <see cref="FaultTicket.RevertBy"/> is compared with.</param>
public sealed class Janitor(
    FaultExecutor executor, ITargetCatalog targets, IFaultLedger ledger, IDrillStates drills, TimeProvider time)
{
    /// <summary>Does what is due now. Called again, it does what was left.</summary>
    /// <param name="by">Who calls: janitor or watchdog.</param>
    /// <param name="cancellation">Stops between two tickets.</param>
    public async Task<JanitorReport> SweepAsync(string by, CancellationToken cancellation)
    {
        var listing = await ledger.ListOpenAsync(cancellation);
        var acts = new List<JanitorAct>();
        foreach (var ticket in listing.Tickets)
        {
            cancellation.ThrowIfCancellationRequested();
            acts.Add(await IsDueAsync(ticket, cancellation)
                ? await RevertAsync(ticket, by, cancellation)
                : new(ticket, JanitorOutcome.NotDue, null));
        }

        await LetGoAsync(acts, cancellation);
        return new(acts, listing.Unreadable);
    }

    /// <summary>Reverts tickets by hand, due or not: those named, or, when none is named, every open one.</summary>
    /// <exception cref="KeyNotFoundException">A ticket of this name is not there.</exception>
    public async Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ticketIds, CancellationToken cancellation)
    {
        var listing = await ledger.ListOpenAsync(cancellation);
        var chosen = new List<FaultTicket>(ticketIds.Count == 0 ? listing.Tickets : []);
        foreach (var id in ticketIds)
        {
            // The id of a drill stands for all its tickets.
            var ofDrill = listing.Tickets.Where(ticket => ticket.DrillId == id).ToList();
            chosen.AddRange(ofDrill.Count > 0 ? ofDrill : [await FindAsync(id, cancellation)]);
        }

        var acts = new List<JanitorAct>();
        foreach (var ticket in chosen)
        {
            acts.Add(await RevertAsync(ticket, "hand", cancellation));
        }

        await LetGoAsync(acts, cancellation);
        return new(acts, listing.Unreadable);
    }

    private async Task<bool> IsDueAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return now >= ticket.RevertBy
            // What is left to do of it, one more look, its drill may never come to.
            || (ticket.State == TicketState.Reverted && now > ticket.ApplyDeadline)
            || await drills.IsOverAsync(ticket.DrillId, cancellation);
    }

    private async Task<FaultTicket> FindAsync(string id, CancellationToken cancellation) =>
        (await ledger.ReadAsync(id, cancellation))?.Value
        ?? throw new KeyNotFoundException($"There is no ticket '{id}', and no drill of this id with an open one.");

    private async Task<JanitorAct> RevertAsync(FaultTicket ticket, string by, CancellationToken cancellation)
    {
        try
        {
            var after = await executor.CloseAsync(ticket.Id, by, cancellation) ?? ticket;
            return new(after, after.State == TicketState.Closed ? JanitorOutcome.Closed : JanitorOutcome.Reverted, null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new(ticket, JanitorOutcome.Failed, error.Message);
        }
    }

    /// <summary>A drill that is over, with nothing left to revert, holds no target: its own release may never have run.</summary>
    private async Task LetGoAsync(IReadOnlyList<JanitorAct> acts, CancellationToken cancellation)
    {
        foreach (var group in acts.GroupBy(act => (act.Ticket.DrillId, act.Ticket.Target)))
        {
            if (group.Any(act => act.Outcome != JanitorOutcome.Closed)
                || !await drills.IsOverAsync(group.Key.DrillId, cancellation))
            {
                continue;
            }

            try
            {
                if (await targets.OpenAsync(group.Key.Target, cancellation) is { } target)
                {
                    await using var _ = target;
                    await target.ReleaseAsync(group.Key.DrillId, cancellation);
                }
            }
            catch (TargetException)
            {
                // The hold expires by itself; the fault, which matters, is gone.
            }
        }
    }
}

/// <summary>What a sweep did.</summary>
/// <param name="Acts">One for each open ticket that it looked at.</param>
/// <param name="Unreadable">Tickets that cannot be read: a person must look.</param>
public sealed record JanitorReport(IReadOnlyList<JanitorAct> Acts, IReadOnlyList<string> Unreadable)
{
    /// <summary>Whether nothing is left to do but to wait for tickets that are not due.</summary>
    public bool Clean => Unreadable.Count == 0 && Acts.All(act => act.Outcome is JanitorOutcome.Closed or JanitorOutcome.NotDue);
}

/// <summary>What was done with one ticket.</summary>
/// <param name="Ticket">As it is afterwards.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
public sealed record JanitorAct(FaultTicket Ticket, JanitorOutcome Outcome, string? Error);

/// <summary>What came of a ticket in a sweep.</summary>
public enum JanitorOutcome
{
    /// <summary>Its drill runs and its time is not up.</summary>
    NotDue,

    /// <summary>The fault is gone; the ticket is closed by a later sweep, after the apply deadline.</summary>
    Reverted,

    /// <summary>The fault is gone for good.</summary>
    Closed,

    /// <summary>The fault may still be there; the ticket stays open.</summary>
    Failed,
}
