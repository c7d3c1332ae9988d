using DurableDrill.Faults;
using DurableDrill.Signals;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>The bodies of <see cref="DrillSteps"/>: each may run twice, and the second run does no harm.</summary>
public static class DrillStepBodies
{
    /// <summary>
    /// How much evidence a validation may hold before it goes on in shares, in bytes: 192 MB, so that three shares at once, with what judging them
    /// takes, fit in an instance of 2 GB.
    /// </summary>
    public const long MaxEvidenceBytes = 192L << 20;

    /// <summary>Registers the drill's workflows and steps with a host.</summary>
    /// <param name="catalog">The host's.</param>
    /// <param name="environment">What the steps see.</param>
    /// <param name="maxEvidenceBytes">1 or more; default <see cref="MaxEvidenceBytes"/>.</param>
    public static WorkflowCatalog AddDrills(this WorkflowCatalog catalog, IDrillEnvironment environment, long maxEvidenceBytes = MaxEvidenceBytes)
    {
        var roles = new RoleSearch(environment);
        var preflight = new Preflight(environment, roles);
        var watch = new Watch(environment);
        var repeated = new RepeatedBefore(environment);
        var validation = new Validation(environment, repeated, maxEvidenceBytes);
        var proof = new Proof(environment);
        return catalog
            .Add(DrillWorkflow.Definition)
            .Add(ObservationWorkflow.Definition)
            .Add(ValidationWorkflow.Definition)
            .Add(DrillSteps.Preflight, (request, _, cancellation) => preflight.RunAsync(request, cancellation))
            .Add(DrillSteps.Observe, (burst, _, cancellation) => watch.ObserveAsync(burst, cancellation))
            .Add(DrillSteps.MeasureBaseline, (window, _, cancellation) => MeasureBaselineAsync(watch, repeated, window, cancellation))
            .Add(DrillSteps.OpenTickets, (request, _, cancellation) => OpenAsync(environment.Faults, request, cancellation))
            .Add(DrillSteps.FindRole, (request, _, cancellation) => roles.FindAsync(request, cancellation))
            .Add(DrillSteps.Apply, (order, _, cancellation) => ApplyAsync(environment.Faults, order, cancellation))
            .Add(DrillSteps.Revert, (order, _, cancellation) => RevertAsync(environment.Faults, order, cancellation))
            .Add(DrillSteps.Judge, (request, _, cancellation) => watch.JudgeAsync(request, cancellation))
            .Add(DrillSteps.AwaitQuiet, (request, _, cancellation) => watch.AwaitQuietAsync(request, cancellation))
            .Add(DrillSteps.Validate, (request, _, cancellation) => validation.ValidateAsync(request, cancellation))
            .Add(DrillSteps.ValidateShare, (request, _, cancellation) => validation.ValidateShareAsync(request, cancellation))
            .Add(DrillSteps.MergeShares, (request, _, cancellation) => validation.MergeAsync(request, cancellation))
            .Add(DrillSteps.Release, (request, _, cancellation) => ReleaseAsync(environment, request, cancellation))
            .Add(DrillSteps.Report, (record, _, cancellation) => proof.ReportAsync(record, cancellation));
    }

    private static async Task<Baseline> MeasureBaselineAsync(Watch watch, RepeatedBefore repeated, BaselineRequest window, CancellationToken cancellation)
    {
        var baseline = await watch.MeasureBaselineAsync(window, cancellation);
        if (baseline.Refusals.Count == 0)
        {
            await repeated.RememberAsync(window.DrillId, window.Target, cancellation);
        }

        return baseline;
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
