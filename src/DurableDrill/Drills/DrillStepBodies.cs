using DurableDrill.Faults;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>The bodies of <see cref="DrillSteps"/>: each may run twice, and the second run does no harm.</summary>
public static class DrillStepBodies
{
    /// <summary>Registers the drill's workflows and steps with a host.</summary>
    public static WorkflowCatalog AddDrills(this WorkflowCatalog catalog, IDrillEnvironment environment)
    {
        var preflight = new Preflight(environment);
        var watch = new Watch(environment);
        var proof = new Proof(environment);
        return catalog
            .Add(DrillWorkflow.Definition)
            .Add(ObservationWorkflow.Definition)
            .Add(DrillSteps.Preflight, (request, _, cancellation) => preflight.RunAsync(request, cancellation))
            .Add(DrillSteps.Observe, (burst, _, cancellation) => watch.ObserveAsync(burst, cancellation))
            .Add(DrillSteps.MeasureBaseline, (window, _, cancellation) => watch.MeasureBaselineAsync(window, cancellation))
            .Add(DrillSteps.OpenTickets, (request, _, cancellation) => OpenAsync(environment.Faults, request, cancellation))
            .Add(DrillSteps.Apply, (order, _, cancellation) => ApplyAsync(environment.Faults, order, cancellation))
            .Add(DrillSteps.Revert, (order, _, cancellation) => RevertAsync(environment.Faults, order, cancellation))
            .Add(DrillSteps.Judge, (request, _, cancellation) => watch.JudgeAsync(request, cancellation))
            .Add(DrillSteps.AwaitQuiet, (request, _, cancellation) => watch.AwaitQuietAsync(request, cancellation))
            .Add(DrillSteps.Validate, (request, _, cancellation) => proof.ValidateAsync(request, cancellation))
            .Add(DrillSteps.Release, (request, _, cancellation) => ReleaseAsync(environment, request, cancellation))
            .Add(DrillSteps.Report, (record, _, cancellation) => proof.ReportAsync(record, cancellation));
    }

    private static async Task<IReadOnlyList<string>> OpenAsync(FaultExecutor faults, TicketsRequest request, CancellationToken cancellation)
    {
        foreach (var ticket in request.Tickets)
        {
            await faults.OpenAsync(ticket, cancellation);
        }

        // Now, so that starting it does not delay the first fault.
        await faults.GuardAsync(cancellation);
        return [.. request.Tickets.Select(ticket => ticket.Id)];
    }

    private static async Task<TicketResult> ApplyAsync(FaultExecutor faults, TicketOrder order, CancellationToken cancellation)
    {
        var result = await faults.ApplyAsync(order.TicketId, cancellation);
        return new(result.Ticket.State, result.Refusal);
    }

    private static async Task<TicketResult> RevertAsync(FaultExecutor faults, TicketOrder order, CancellationToken cancellation)
    {
        var ticket = await faults.CloseAsync(order.TicketId, order.By, cancellation);
        return new(ticket?.State ?? TicketState.Closed, null);
    }

    private static async Task<bool> ReleaseAsync(IDrillEnvironment environment, DrillRequest request, CancellationToken cancellation)
    {
        var open = await environment.OpenAsync(request.Target, cancellation);
        await open.Target.ReleaseAsync(request.DrillId, cancellation);
        return true;
    }
}
