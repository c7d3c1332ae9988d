using DurableDrill.Targets;

namespace DurableDrill.Faults;

/// <summary>The half of <see cref="FaultExecutor"/> that gets rid of faults: it needs no drill that runs, only the ticket and its target.</summary>
internal sealed class FaultReverter(ITargetCatalog targets, IFaultLedger ledger, TimeProvider time)
{
    private const string TargetGone = "the target is gone: nothing to revert";

    public async Task<FaultTicket?> RevertAsync(string ticketId, string by, CancellationToken cancellation)
    {
        var ticket = await BeginRevertAsync(ticketId, cancellation);
        return ticket is { State: TicketState.Reverting } ? await UndoAsync(ticket, by, cancellation) : ticket;
    }

    public async Task<FaultTicket?> CloseAsync(string ticketId, string by, CancellationToken cancellation)
    {
        var ticket = await RevertAsync(ticketId, by, cancellation);
        if (ticket is null or { State: TicketState.Closed } || !MayClose(ticket))
        {
            return ticket;
        }

        if (!await IsGoneAsync(ticket, cancellation))
        {
            // An apply that had begun before the deadline came through after the revert, and died before it could undo itself.
            ticket = await MarkAsync(
                ticketId, found => found.State == TicketState.Reverted, TicketState.Reverting, "came back after the revert", cancellation);
            return ticket is { State: TicketState.Reverting } ? await UndoAsync(ticket, by, cancellation) : ticket;
        }

        return await MarkAsync(ticketId, found => found.State == TicketState.Reverted, TicketState.Closed, null, cancellation);
    }

    /// <summary>Moves a ticket that matches to a state, however many others write it; returns it as it then is, null when there is none.</summary>
    public async Task<FaultTicket?> MarkAsync(
        string ticketId,
        Func<FaultTicket, bool> when,
        TicketState state,
        string? note,
        CancellationToken cancellation,
        Func<FaultTicket, FaultTicket>? with = null)
    {
        while (true)
        {
            if (await ledger.ReadAsync(ticketId, cancellation) is not { } found)
            {
                return null;
            }

            if (!when(found.Value))
            {
                return found.Value;
            }

            var next = (with?.Invoke(found.Value) ?? found.Value) with { State = state, Note = note ?? found.Value.Note };
            if (next == found.Value || await ledger.TryReplaceAsync(next, found.Version, cancellation))
            {
                return next;
            }
        }
    }

    private async Task<FaultTicket?> BeginRevertAsync(string ticketId, CancellationToken cancellation)
    {
        try
        {
            return await MarkBegunAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The fault may be what keeps the ticket from being written: a full disk. So it goes first, this once.
            if (await ledger.ReadAsync(ticketId, cancellation) is not { Value: { State: < TicketState.Reverted, Undo: not null } ticket })
            {
                throw;
            }

            await RevertAtTargetAsync(ticket, cancellation);
            return await MarkBegunAsync();
        }

        Task<FaultTicket?> MarkBegunAsync() =>
            MarkAsync(ticketId, found => found.State < TicketState.Reverting, TicketState.Reverting, null, cancellation);
    }

    private async Task<FaultTicket> UndoAsync(FaultTicket ticket, string by, CancellationToken cancellation)
    {
        Instants instants;
        string? note;
        try
        {
            (instants, note) = await RevertAtTargetAsync(ticket, cancellation);
        }
        catch (Exception error)
        {
            await NoteAsync(ticket.Id, $"{by} could not revert it: {error.Message}");
            throw error is OperationCanceledException or TargetException
                ? error
                : new TargetException($"{ticket.Id}: {error.Message}", error);
        }

        return (await MarkAsync(ticket.Id, found => found.State == TicketState.Reverting, TicketState.Reverted, note, CancellationToken.None,
            found => found with { Reverted = found.Reverted ?? instants, RevertedBy = found.RevertedBy ?? by }))!;
    }

    private async Task NoteAsync(string ticketId, string note)
    {
        try
        {
            await MarkAsync(ticketId, found => found.State == TicketState.Reverting, TicketState.Reverting, note, CancellationToken.None);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What the note is about is thrown, and matters more.
        }
    }

    private async Task<(Instants Instants, string? Note)> RevertAtTargetAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var before = time.GetUtcNow();
        if (ticket.Undo is null)
        {
            // Without a durable undo no apply has acted, and now none will.
            return (new(before, before), "nothing had been applied");
        }

        if (await targets.OpenAsync(ticket.Target, cancellation) is not { } target)
        {
            return (new(before, before), TargetGone);
        }

        await using var _ = target;
        await target.RevertAsync(ticket, cancellation);
        var instants = new Instants(before, time.GetUtcNow());
        return await target.VerifyAsync(ticket, cancellation) switch
        {
            FaultPresence.Absent => (instants, null),
            FaultPresence.TargetGone => (instants, TargetGone),
            _ => throw new TargetException("it was reverted and is still there"),
        };
    }

    private bool MayClose(FaultTicket ticket) =>
        ticket.State == TicketState.Reverted && (ticket.Undo is null || time.GetUtcNow() > ticket.ApplyDeadline);

    private async Task<bool> IsGoneAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        if (ticket.Undo is null || await targets.OpenAsync(ticket.Target, cancellation) is not { } target)
        {
            return true;
        }

        await using var _ = target;
        return await target.VerifyAsync(ticket, cancellation) != FaultPresence.Present;
    }
}
