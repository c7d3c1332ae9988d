using DurableDrill.Plans;
using DurableDrill.Signals;
using DurableDrill.Targets;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>The run of one drill: what <see cref="DrillWorkflow"/> says, in that order.</summary>
internal sealed class DrillRun(IWorkflowContext context, DrillRequest request)
{
    private readonly DrillPlan plan = request.Plan;
    private readonly DrillRecord record = new() { Request = request, StartedAt = context.Now };
    private readonly DrillFaults faults = new(context, request);
    private readonly TaskCompletionSource interrupted = new();
    private readonly CancellationTokenSource interruption = new();
    private readonly CancellationTokenSource listening = new();
    private Task observation = Task.CompletedTask;
    private Task validation = Task.CompletedTask;
    private bool held = true;

    private string ObservationId => $"{request.DrillId}.observe";

    private string ValidationId => $"{request.DrillId}.validate";

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

        Enter(Phase.Revert, null);
        await faults.RevertAllAsync();
        await StopAsync(observation, ObservationId, DrillSignals.StopObserving, "observation");
        if (!validation.IsCompleted)
        {
            await StopAsync(validation, ValidationId, DrillSignals.StopValidating, "validation");
        }

        await faults.CloseAsync();
        record.Error = faults.NotReverted ?? record.Error;
        if (held)
        {
            await ReleaseAsync();
        }

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
        record.Look = result.Look;
        held = !result.NotHeld;
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
        Enter(Phase.Inject, context.Now + plan.Faults.Max(fault => fault.At + fault.For));
        record.Tickets = await faults.OpenAsync(plan.Faults);
        record.InjectedAt = context.Now;
        record.Error = await faults.HoldAllAsync(plan.Faults, interruption) ?? faults.NotReverted;
        interruption.Token.ThrowIfCancellationRequested();
        if (record.Error is not null)
        {
            throw new OperationCanceledException();
        }
    }

    private async Task RecoverAsync()
    {
        var deadline = context.Now + plan.RecoveryTimeout;
        Enter(Phase.Recover, deadline);
        while (true)
        {
            var patience = Polling.Patience(plan.RecoveryTimeout, deadline - context.Now + plan.StableFor);
            var result = await UnlessAbortedAsync(context.CallAsync(DrillSteps.Judge,
                new JudgeRequest(request.DrillId, record.Tickets, record.Baseline!, plan.StableFor, plan.RecoveryTimeout,
                    ClockOffset.MostCertain(record.Clocks.Values), patience)));
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
        Enter(Phase.Validate, context.Now + plan.QuietTimeout);
        if (request.Quiesce is { } producer && await faults.QuiesceAsync(producer) is { } problem)
        {
            record.Findings.Add(new(Severity.Warning, "integrity.quiesce", problem));
        }

        var child = context.CallWorkflowAsync(ValidationWorkflow.Definition, ValidationId, new ValidationRequest(
            new(request.DrillId, request.Target, null, LateAfter(record.Baseline!), plan.Objectives.RpoEvents), context.Now, plan.StableFor, plan.QuietTimeout));
        validation = child;
        var outcome = await UnlessAbortedAsync(child);
        record.Validated = outcome.NotObservable is null;
        record.NotValidated = outcome.NotObservable ?? outcome.Moving;
        await faults.RevertAllAsync();
    }

    /// <summary>Sub-workflows do not end with the drill: each is told, and waited for.</summary>
    private async Task StopAsync(Task child, string id, string signal, string name)
    {
        if (!child.IsCompleted)
        {
            context.Signal(id, signal, true);
        }

        try
        {
            await child;
        }
        catch (StepFailedException error)
        {
            record.Findings.Add(new(Severity.Warning, name, error.Message));
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
}
