using DurableDrill.Faults;
using DurableDrill.Plans;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>The faults that a drill owns: their tickets, their times, and that each is put right.</summary>
internal sealed class DrillFaults(IWorkflowContext context, DrillRequest request)
{
    private static readonly TimeSpan ApplyGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan QuiesceGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ValidationTime = TimeSpan.FromSeconds(30);

    private readonly List<FaultTicket> owned = [];
    private readonly Dictionary<string, string> failures = [];
    private readonly List<PlannedFault> settled = [];

    /// <summary>Which fault could not be reverted yet, and why; null: none.</summary>
    public string? NotReverted =>
        failures.Count == 0 ? null : string.Join("\n", failures.Select(each => $"{each.Key} is not reverted, its ticket stays open: {each.Value}"));

    /// <summary>
    /// Writes the ticket of every planned fault before the first is applied; that of one which names a role when it is known whom it hits. Returns the
    /// ids of all.
    /// </summary>
    public async Task<IReadOnlyList<string>> OpenAsync(IReadOnlyList<PlannedFault> planned)
    {
        settled.AddRange(planned.Where(fault => !NamesRole(fault)));
        if (settled.Count > 0)
        {
            await OpenAsync([.. settled.Select(fault => Ticket(fault, context.Now + fault.At))]);
        }

        return [.. planned.Select(fault => DrillTickets.IdOf(request.DrillId, fault.Id))];
    }

    /// <summary>
    /// Applies and reverts each fault at its time. They run side by side, each on the plan's own clock, so that a slow stop does not shift the
    /// others; each is held for its whole time from when it was there. One that cannot be applied ends all of them.
    /// </summary>
    /// <returns>Why a fault could not be applied; null: all were.</returns>
    public async Task<string?> HoldAllAsync(IReadOnlyList<PlannedFault> planned, CancellationTokenSource interruption)
    {
        var start = context.Now;
        var problems = await Task.WhenAll(planned.Select(fault => HoldAsync(start, fault, interruption)));
        return problems.FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Pausing the producer is an injury like any other: it has a ticket, and is reverted whatever happens.</summary>
    /// <returns>Why it was not paused; null: it was.</returns>
    public async Task<string?> QuiesceAsync(string component)
    {
        var ticket = Ticket(DrillTickets.Quiesce, new Pause(component), context.Now, QuiesceGrace, request.Plan.QuietTimeout + ValidationTime);
        await OpenAsync([ticket]);
        return (await context.CallAsync(DrillSteps.Apply, new TicketOrder(ticket.Id, "workflow"))).Problem;
    }

    /// <summary>Reverts whatever is owned, the last first.</summary>
    public Task RevertAllAsync() => Task.WhenAll(owned.AsEnumerable().Reverse().Select(ticket => ticket.Id).ToList().Select(RevertAsync));

    /// <summary>A ticket is closed by a look at the target after the last moment at which an apply could have acted.</summary>
    public async Task CloseAsync()
    {
        if (owned.Count > 0)
        {
            await context.DelayAsync(owned.Max(ticket => ticket.ApplyDeadline) - context.Now + TimeSpan.FromSeconds(0.1));
            await RevertAllAsync();
        }
    }

    private async Task<string?> HoldAsync(DateTimeOffset start, PlannedFault fault, CancellationTokenSource interruption)
    {
        var ticket = DrillTickets.IdOf(request.DrillId, fault.Id);
        string? problem = null;
        try
        {
            await context.DelayAsync(start + fault.At - context.Now, interruption.Token);
            if (NamesRole(fault))
            {
                problem = await SettleAsync(fault, interruption.Token);
            }

            problem ??= (await context.CallAsync(DrillSteps.Apply, new TicketOrder(ticket, "workflow"))).Problem;
            if (problem is null)
            {
                await context.DelayAsync(fault.For, interruption.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Aborted: revert at once.
        }
        catch (StepFailedException error)
        {
            problem = error.Failure.Message;
        }

        if (problem is not null)
        {
            // The others must not go on while this one could not be done, nor wait for their time.
            interruption.Cancel();
        }

        if (owned.Exists(each => each.Id == ticket))
        {
            await RevertAsync(ticket);
        }

        return problem is null ? null : $"{fault.Id} could not be applied: {problem}";
    }

    private bool NamesRole(PlannedFault fault) => request.Roles?.Contains(fault.Fault.Component) is true;

    /// <summary>Asks who has the fault's role, and writes the ticket for that component, so that whoever reverts needs no role.</summary>
    /// <returns>Why that component cannot be hit; null: it can.</returns>
    private async Task<string?> SettleAsync(PlannedFault fault, CancellationToken interruption)
    {
        var holder = await context.CallAsync(DrillSteps.FindRole, new RoleRequest(request.Target, fault.Fault.Component));
        interruption.ThrowIfCancellationRequested();
        var hit = fault with { Fault = fault.Fault with { Component = holder.Component } };
        var contradiction = settled
            .Select(other => other.At <= hit.At ? Timeline.Contradiction(other, hit) : Timeline.Contradiction(hit, other))
            .FirstOrDefault(each => each is not null);
        if (contradiction is not null)
        {
            return $"{holder.Component} is {holder.Role} now, and {contradiction}";
        }

        settled.Add(hit);
        await OpenAsync([Ticket(hit, context.Now) with { Role = holder }]);
        return null;
    }

    private async Task OpenAsync(IReadOnlyList<FaultTicket> tickets)
    {
        owned.AddRange(tickets);
        await context.CallAsync(DrillSteps.OpenTickets, new TicketsRequest(tickets));
    }

    private FaultTicket Ticket(PlannedFault fault, DateTimeOffset at) => Ticket(fault.Id, fault.Fault, at, ApplyGrace, fault.For) with { HealedBy = request.Plan.HealedBy };

    private FaultTicket Ticket(string id, Fault fault, DateTimeOffset at, TimeSpan grace, TimeSpan held) =>
        DrillTickets.For(request.DrillId, request.Target, id, fault, context.Now, at, grace, held);

    private async Task RevertAsync(string ticket)
    {
        try
        {
            var result = await context.CallAsync(DrillSteps.Revert, new TicketOrder(ticket, "workflow"));
            failures.Remove(ticket);
            if (result.State == TicketState.Closed)
            {
                owned.RemoveAll(each => each.Id == ticket);
            }
        }
        catch (StepFailedException error)
        {
            failures[ticket] = error.Message;
        }
    }
}
