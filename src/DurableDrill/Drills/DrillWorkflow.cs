using DurableDrill.Faults;
using DurableDrill.Plans;
using DurableDrill.Signals;
using DurableDrill.Targets;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>
/// One drill, from preflight to report.
/// <list type="number">
/// <item>Preflight: plan and target are checked, the target is taken. An error ends it here.</item>
/// <item>Observe: a sub-workflow reads the signals, from here until the pipeline has been validated.</item>
/// <item>Baseline: the healthy pipeline is measured. One that is not steady, or breaks the hypothesis, ends it here.</item>
/// <item>Inject: every ticket is written, then each fault is applied and reverted at its time.</item>
/// <item>Recover: the recovery rule is asked until it has an answer.</item>
/// <item>Validate: the producer is paused (a fault too, with a ticket), the pipeline goes quiet, every id is looked for.</item>
/// <item>Revert: always, whatever happened above; then the target is let go.</item>
/// <item>Report: always.</item>
/// </list>
/// </summary>
public static class DrillWorkflow
{
    /// <summary>The workflow, as hosts register it.</summary>
    public static Workflow<DrillRequest, DrillOutcome> Definition { get; } = new("drill", 1, RunAsync);

    private static Task<DrillOutcome> RunAsync(IWorkflowContext context, DrillRequest request) => request.Parts.Count == 0
        ? new DrillRun(context, request).RunAsync()
        : new DrillSequence(context, request).RunAsync();
}

/// <summary>The run of one drill: what <see cref="DrillWorkflow"/> says, in that order.</summary>
internal sealed class DrillRun(IWorkflowContext context, DrillRequest request)
{
    private static readonly TimeSpan ApplyGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan QuiesceGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly DrillPlan plan = request.Plan;
    private readonly DrillRecord record = new() { Request = request, StartedAt = context.Now };
    private readonly List<FaultTicket> owned = [];
    private readonly TaskCompletionSource interrupted = new();
    private readonly CancellationTokenSource interruption = new();
    private readonly CancellationTokenSource listening = new();
    private Task observation = Task.CompletedTask;

    /// <summary>Short, so that an abort does not wait for a step; longer in a long drill, so that its history stays bounded.</summary>
    private TimeSpan Poll => Shorter(LongestWait, Longer(TimeSpan.FromSeconds(5), plan.RecoveryTimeout / 40));

    private string ObservationId => $"{request.DrillId}.observe";

    public async Task<DrillOutcome> RunAsync()
    {
        var listener = ListenForAbortAsync();
        try
        {
            if (await PreflightAsync())
            {
                observation = context.CallWorkflowAsync(ObservationWorkflow.Definition, ObservationId,
                    new Observation(request.DrillId, request.Target, request.DrillId, plan.StopConditions));
                if (await MeasureBaselineAsync())
                {
                    await InjectAsync();
                    await RecoverAsync();
                    await ValidateAsync();
                }
            }
        }
        catch (OperationCanceledException) when (record.Aborted is not null || record.Error is not null)
        {
            context.Log($"ended early: {record.Aborted ?? record.Error}");
        }
        catch (StepFailedException error)
        {
            record.Error = error.Message;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A bug of ours. Whatever it is, what is injured is put right and the evidence is kept.
            record.Error = $"unexpected {error.GetType().Name}: {error.Message}";
        }

        await RevertAllAsync();
        await StopObservingAsync();
        await CloseAsync();
        await ReleaseAsync();
        listening.Cancel();
        await listener;
        return await ReportAsync();
    }

    private async Task ListenForAbortAsync()
    {
        try
        {
            record.Aborted = await context.WaitForSignalAsync<string>(DrillSignals.Abort, listening.Token);
            interruption.Cancel();
            interrupted.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // The drill is over and nobody has asked to end it.
        }
    }

    private async Task<bool> PreflightAsync()
    {
        Enter(Phase.Preflight, null);
        // Awaited though the drill may be ended meanwhile: it takes the target, and only then can that be released.
        var result = await context.CallAsync(DrillSteps.Preflight, request);
        interruption.Token.ThrowIfCancellationRequested();
        record.Findings.AddRange(result.Findings);
        record.Clocks = result.Clocks;
        record.Value = result.Value;
        var errors = result.Findings.Where(finding => finding.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            record.Error = string.Join("\n", errors.Select(error => $"{error.Path}: {error.Message}"));
        }

        return errors.Count == 0;
    }

    private async Task<bool> MeasureBaselineAsync()
    {
        var from = context.Now;
        var to = from + plan.Baseline;
        Enter(Phase.Baseline, to);
        await context.DelayAsync(plan.Baseline, interruption.Token);
        var result = await UnlessAbortedAsync(context.CallAsync(
            DrillSteps.MeasureBaseline, new BaselineRequest(request.DrillId, request.Target, from, to, plan.Hypothesis)));
        record.Baseline = result;
        if (result.Refusals.Count > 0)
        {
            record.Error = "nothing was injured: " + string.Join("; ", result.Refusals);
        }

        return result.Refusals.Count == 0;
    }

    private async Task InjectAsync()
    {
        var length = plan.Faults.Max(fault => fault.At + fault.For);
        Enter(Phase.Inject, context.Now + length);
        var opened = plan.Faults.Select(fault => Ticket(fault.Id, fault.Fault, context.Now + fault.At, ApplyGrace, fault.For)).ToList();
        await OpenAsync(opened);
        record.Tickets = [.. opened.Select(ticket => ticket.Id)];
        var start = context.Now;
        record.InjectedAt = start;
        await Task.WhenAll(plan.Faults.Zip(opened, (fault, ticket) => HoldAsync(start, fault, ticket.Id)));
        interruption.Token.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Faults run side by side, each on the plan's own clock, so that a slow stop does not shift the others; each is held for its whole
    /// time from when it was there.
    /// </summary>
    private async Task HoldAsync(DateTimeOffset start, PlannedFault fault, string ticket)
    {
        try
        {
            await context.DelayAsync(start + fault.At - context.Now, interruption.Token);
            var applied = await context.CallAsync(DrillSteps.Apply, new TicketOrder(ticket, "workflow"));
            if (applied.Problem is not null)
            {
                throw new StepFailedException($"{DrillSteps.Apply.Name} {fault.Id}", new("fault", applied.Problem, null));
            }

            await context.DelayAsync(fault.For, interruption.Token);
        }
        catch (OperationCanceledException)
        {
            // Aborted: revert at once.
        }
        catch (StepFailedException error)
        {
            // The others must not go on while this one could not be done, nor wait for their time.
            record.Error ??= error.Message;
            interruption.Cancel();
        }

        await RevertAsync(ticket);
    }

    private async Task RecoverAsync()
    {
        var deadline = context.Now + plan.RecoveryTimeout;
        Enter(Phase.Recover, deadline);
        while (true)
        {
            var patience = Shorter(Poll, Longer(deadline - context.Now + plan.StableFor, TimeSpan.Zero));
            var result = await UnlessAbortedAsync(context.CallAsync(DrillSteps.Judge,
                new JudgeRequest(request.DrillId, record.Tickets, record.Baseline!, plan.StableFor, plan.RecoveryTimeout,
                    TimeSpan.FromSeconds(record.Clocks.Values.Select(clock => clock.CertainSeconds).DefaultIfEmpty().Max()), patience)));
            record.Recovery = result.Timeline;
            record.JudgedAt = context.Now;
            if (result.Final || patience == TimeSpan.Zero)
            {
                return;
            }
        }
    }

    private async Task ValidateAsync()
    {
        var deadline = context.Now + plan.QuietTimeout;
        Enter(Phase.Validate, deadline);
        var quiesce = await QuiesceAsync();
        var since = context.Now;
        QuietResult quiet;
        do
        {
            var patience = Shorter(Poll, Longer(deadline - context.Now, TimeSpan.Zero));
            quiet = await UnlessAbortedAsync(context.CallAsync(DrillSteps.AwaitQuiet,
                new QuietRequest(request.DrillId, request.Target, since, plan.StableFor, patience)));
        }
        while (!quiet.Quiet && context.Now < deadline);

        var moving = quiet.Quiet ? null : $"the pipeline did not go quiet within {plan.QuietTimeout.TotalSeconds:0} s: {quiet.Moving}";
        var result = await UnlessAbortedAsync(context.CallAsync(DrillSteps.Validate,
            new ValidateRequest(request.DrillId, request.Target, moving, LateAfter(record.Baseline!), plan.Objectives.RpoEvents)));
        record.Validated = result.NotObservable is null;
        record.NotValidated = result.NotObservable ?? moving;
        if (quiesce is not null)
        {
            await RevertAsync(quiesce);
        }
    }

    /// <summary>Pausing the producer is an injury like any other: it has a ticket, and is reverted whatever happens.</summary>
    private async Task<string?> QuiesceAsync()
    {
        if (request.Quiesce is not { } component)
        {
            return null;
        }

        var ticket = Ticket("quiesce", new Pause(component), context.Now, QuiesceGrace, plan.QuietTimeout + LongestWait);
        await OpenAsync([ticket]);
        var applied = await context.CallAsync(DrillSteps.Apply, new TicketOrder(ticket.Id, "workflow"));
        if (applied.Problem is { } problem)
        {
            record.Findings.Add(new(Severity.Warning, "integrity.quiesce", problem));
        }

        return ticket.Id;
    }

    private async Task OpenAsync(IReadOnlyList<FaultTicket> opened)
    {
        owned.AddRange(opened);
        await context.CallAsync(DrillSteps.OpenTickets, new TicketsRequest(opened));
    }

    private FaultTicket Ticket(string id, Fault fault, DateTimeOffset at, TimeSpan grace, TimeSpan held) =>
        DrillTickets.For(request.DrillId, request.Target, id, fault, context.Now, at, grace, held);

    private async Task RevertAllAsync()
    {
        Enter(Phase.Revert, null);
        await Task.WhenAll(owned.AsEnumerable().Reverse().Select(ticket => ticket.Id).ToList().Select(RevertAsync));
    }

    /// <summary>A ticket is closed by a look at the target after the last moment at which an apply could have acted.</summary>
    private async Task CloseAsync()
    {
        if (owned.Count > 0)
        {
            await context.DelayAsync(owned.Max(ticket => ticket.ApplyDeadline) - context.Now + TimeSpan.FromSeconds(0.1));
            await RevertAllAsync();
        }
    }

    private async Task RevertAsync(string ticket)
    {
        string? problem = null;
        try
        {
            var result = await context.CallAsync(DrillSteps.Revert, new TicketOrder(ticket, "workflow"));
            if (result.State == TicketState.Closed)
            {
                owned.RemoveAll(owns => owns.Id == ticket);
            }
        }
        catch (StepFailedException error)
        {
            problem = error.Message;
        }

        if (problem is not null)
        {
            record.Error = $"{ticket} is not reverted, its ticket stays open: {problem}";
        }
    }

    private async Task StopObservingAsync()
    {
        if (observation.IsCompleted && !observation.IsFaulted)
        {
            return;
        }

        context.Signal(ObservationId, DrillSignals.StopObserving, true);
        try
        {
            await observation;
        }
        catch (StepFailedException error)
        {
            record.Findings.Add(new(Severity.Warning, "observation", error.Message));
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await context.CallAsync(DrillSteps.Release, request);
        }
        catch (StepFailedException error)
        {
            record.Findings.Add(new(Severity.Warning, "target", $"it may still be held, until the hold expires: {error.Message}"));
        }
    }

    private async Task<DrillOutcome> ReportAsync()
    {
        Enter(Phase.Report, null);
        record.EndedAt = context.Now;
        var outcome = await context.CallAsync(DrillSteps.Report, record);
        Enter(Phase.Ended, null);
        return outcome;
    }

    /// <summary>A step cannot be called back; its result is left alone when the drill is ended meanwhile.</summary>
    private async Task<T> UnlessAbortedAsync<T>(Task<T> step)
    {
        await Task.WhenAny(step, interrupted.Task);
        interruption.Token.ThrowIfCancellationRequested();
        return await step;
    }

    private void Enter(Phase phase, DateTimeOffset? until) =>
        context.Publish(new DrillStatus(phase, context.Now, until, record.Error ?? record.Aborted));

    /// <summary>Later than the healthy pipeline ever was, and by enough that a person would notice.</summary>
    private static TimeSpan? LateAfter(Baseline baseline) => baseline.Of(CanonicalSignals.Latency)?.Band.Upper is { } usual
        ? TimeSpan.FromSeconds(usual) + TimeSpan.FromSeconds(1)
        : null;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
