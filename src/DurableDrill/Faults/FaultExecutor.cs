using DurableDrill.Targets;

namespace DurableDrill.Faults;

/// <summary>
/// Applies faults so that each is reverted whatever crashes, in whatever order things happen.
/// <list type="number">
/// <item>Open: the ticket is durable before anything else.</item>
/// <item>Apply: what the undo needs is durable, then a watchdog is there, then the ticket is read once more, then the target acts,
/// cut off at the ticket's deadline, then "applied" is recorded. When that record fails, a revert has begun meanwhile: undo.</item>
/// <item>Revert: "reverting" is recorded first, which stops every apply that has not acted yet; then the target undoes and verifies.</item>
/// <item>Close: verified once more after the deadline, when no apply acts any more.</item>
/// </list>
/// Every method may be called again, and by several callers at once: the ledger's conditional writes put them in order.
/// </summary>
/// <param name="targets">Opens the ticket's target.</param>
/// <param name="ledger">Keeps the tickets.</param>
/// <param name="drills">Says whether the ticket's drill still runs.</param>
/// <param name="watchdog">Reverts when this process dies.</param>
/// <param name="time">The clock that deadlines are compared with.</param>
public sealed class FaultExecutor(
    ITargetCatalog targets, IFaultLedger ledger, IDrillStates drills, IWatchdog watchdog, TimeProvider time)
{
    private readonly FaultReverter reverter = new(targets, ledger, time);

    /// <summary>Writes a ticket. Opened again, it stays as it is.</summary>
    /// <exception cref="ArgumentException">Another ticket of this id is there.</exception>
    public async Task<FaultTicket> OpenAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        if (await ledger.TryOpenAsync(ticket, cancellation))
        {
            return ticket;
        }

        var (existing, _) = await ReadAsync(ticket.Id, cancellation);
        return existing.Fault == ticket.Fault && existing.DrillId == ticket.DrillId && existing.Target == ticket.Target
            ? existing
            : throw new ArgumentException($"There is another ticket '{ticket.Id}': {existing.Fault} on {existing.Target}.", nameof(ticket));
    }

    /// <summary>Makes sure that somebody else reverts should this process die. Every apply does so too.</summary>
    /// <exception cref="TargetException">Nobody can be had.</exception>
    public Task GuardAsync(CancellationToken cancellation) => watchdog.EnsureRunningAsync(cancellation);

    /// <summary>Applies the ticket's fault, or says why it was refused. A refused call has not acted, or has undone what it did.</summary>
    /// <exception cref="TargetException">The target could not do it; the fault may be there in part, and the ticket stays open.</exception>
    public async Task<ApplyResult> ApplyAsync(string ticketId, CancellationToken cancellation)
    {
        var (ticket, version) = await ReadAsync(ticketId, cancellation);
        if (ticket.State == TicketState.Applied)
        {
            return new(ticket, null);
        }

        if (await RefusalAsync(ticket, cancellation) is { } early)
        {
            return new(ticket, early);
        }

        await using var target = await targets.OpenAsync(ticket.Target, cancellation)
            ?? throw new TargetException($"The target '{ticket.Target}' is gone.");
        var earliest = ticket.PreparedAt;
        if (ticket.Undo is null)
        {
            // Of two preparations the first that is written counts: the second may have looked at an injured component.
            var now = time.GetUtcNow();
            var undo = await target.PrepareAsync(ticket, cancellation);
            await ledger.TryReplaceAsync(ticket with { Undo = undo, PreparedAt = now }, version, cancellation);
        }

        await watchdog.EnsureRunningAsync(cancellation);
        (ticket, version) = await ReadAsync(ticketId, cancellation);
        if (ticket.State == TicketState.Applied)
        {
            return new(ticket, null);
        }

        return await RefusalAsync(ticket, cancellation) is { } late
            ? new(ticket, late)
            : await ActAsync(target, ticket, version, earliest, cancellation);
    }

    /// <summary>Reverts the ticket's fault and verifies that it is gone; null when there is no such ticket, so nothing was ever applied.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="by">Who does it: workflow, janitor, watchdog or hand.</param>
    /// <param name="cancellation">Gives up waiting; the ticket stays open.</param>
    /// <exception cref="TargetException">It could not be undone; the ticket stays open and its note says why.</exception>
    public Task<FaultTicket?> RevertAsync(string ticketId, string by, CancellationToken cancellation) =>
        reverter.RevertAsync(ticketId, by, cancellation);

    /// <summary>
    /// Closes the ticket if its fault, verified after the apply deadline, is gone. Reverts first what is not reverted. Before the deadline
    /// the ticket comes back as it is, not closed.
    /// </summary>
    /// <inheritdoc cref="RevertAsync"/>
    public Task<FaultTicket?> CloseAsync(string ticketId, string by, CancellationToken cancellation) =>
        reverter.CloseAsync(ticketId, by, cancellation);

    /// <summary>Notes that somebody has healed the component while the fault was held; null when there is no such ticket.</summary>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="healed">[before, after] the call that did it.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<FaultTicket?> HealedAsync(string ticketId, Instants healed, CancellationToken cancellation) => reverter.MarkAsync(
        ticketId, found => found is { State: TicketState.Applied, Healed: null }, TicketState.Applied, null, cancellation, found => found with { Healed = healed });

    private async Task<ApplyResult> ActAsync(
        ITarget target, FaultTicket ticket, string version, DateTimeOffset? earlierAttempt, CancellationToken cancellation)
    {
        var before = time.GetUtcNow();
        using var deadline = new CancellationTokenSource(
            ticket.ApplyDeadline > before ? ticket.ApplyDeadline - before : TimeSpan.Zero, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            await target.ApplyAsync(ticket, both.Token);
        }
        catch (Exception error)
        {
            // Half of it may be there. While the ticket is open, whoever opened it reverts; once a revert has begun, nobody else would.
            if (await UndoLateAsync(ticket.Id) is { } undone)
            {
                return undone;
            }

            throw deadline.IsCancellationRequested
                ? new TargetException($"{ticket.Id}: not applied by its deadline {ticket.ApplyDeadline:O}: {error.Message}", error)
                : error is TargetException ? error : new TargetException($"{ticket.Id}: {error.Message}", error);
        }

        // An attempt that crashed may have applied it already.
        var applied = ticket with { State = TicketState.Applied, Applied = new(earlierAttempt ?? before, time.GetUtcNow()) };
        if (await ledger.TryReplaceAsync(applied, version, CancellationToken.None))
        {
            return new(applied, null);
        }

        // Either a second applier was first, and all is well, or a revert has begun.
        return await UndoLateAsync(ticket.Id) ?? new((await ReadAsync(ticket.Id, CancellationToken.None)).Value, null);
    }

    /// <summary>
    /// Undoes an apply that a revert has overtaken. A ticket that was reverted or closed meanwhile is opened again first, so that
    /// a crash in the middle of this leaves it to the janitor. Null when no revert has begun.
    /// </summary>
    private async Task<ApplyResult?> UndoLateAsync(string ticketId)
    {
        const string Note = "a late apply undid itself";
        var ticket = await reverter.MarkAsync(
            ticketId, found => found.State >= TicketState.Reverting, TicketState.Reverting, Note, CancellationToken.None);
        return ticket is { State: TicketState.Reverting }
            ? new((await reverter.CloseAsync(ticket.Id, "apply", CancellationToken.None))!, "it was reverted while it was being applied")
            : null;
    }

    private async Task<string?> RefusalAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        if (ticket.State >= TicketState.Reverting)
        {
            return "its revert has begun";
        }

        if (time.GetUtcNow() >= ticket.ApplyDeadline)
        {
            return $"its deadline {ticket.ApplyDeadline:O} has passed";
        }

        return await drills.ReadAsync(ticket.DrillId, cancellation) switch
        {
            DrillLife.Runs => null,
            DrillLife.Over => $"the drill '{ticket.DrillId}', or one that started it, is over",
            _ => $"it cannot be told whether the drill '{ticket.DrillId}' still runs",
        };
    }

    private async Task<Versioned<FaultTicket>> ReadAsync(string ticketId, CancellationToken cancellation) =>
        await ledger.ReadAsync(ticketId, cancellation) ?? throw new KeyNotFoundException($"There is no ticket '{ticketId}'.");
}

/// <summary>What came of an apply.</summary>
/// <param name="Ticket">As it is now.</param>
/// <param name="Refusal">Why the fault is not there; null: it is.</param>
public sealed record ApplyResult(FaultTicket Ticket, string? Refusal);
