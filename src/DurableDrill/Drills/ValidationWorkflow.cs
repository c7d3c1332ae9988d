using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>What is looked for, and how long the pipeline may take to go quiet before.</summary>
/// <param name="Of">What to compare.</param>
/// <param name="Since">Samples from here on tell whether it is quiet.</param>
/// <param name="QuietFor">How long nothing may move.</param>
/// <param name="QuietTimeout">After this time it is compared though something moves: what is missing is then undetermined.</param>
public sealed record ValidationRequest(ValidateRequest Of, DateTimeOffset Since, TimeSpan QuietFor, TimeSpan QuietTimeout);

/// <summary>That every id was looked for; the result is in the store.</summary>
/// <param name="NotObservable">Why it could not be; null: it was.</param>
/// <param name="Moving">What still moved, for people; null: nothing.</param>
public sealed record ValidationOutcome(string? NotObservable, string? Moving);

/// <summary>
/// Waits until the pipeline is quiet, and has every id looked for: in one step or, when there are more ids than a step may hold, in a step for each
/// share and one that merges. It owns no fault, and has an instance of its own because of its length: the drill's history stays short. Its steps do
/// nothing for a drill that is over, as one that was terminated, so it ends soon after it.
/// </summary>
public static class ValidationWorkflow
{
    /// <summary>A machine of 2 GB holds so many.</summary>
    private const int SharesAtOnce = 3;

    /// <summary>The workflow, as hosts register it.</summary>
    public static Workflow<ValidationRequest, ValidationOutcome> Definition { get; } = new("validation", 1, RunAsync);

    private static async Task<ValidationOutcome> RunAsync(IWorkflowContext context, ValidationRequest request)
    {
        using var ending = new CancellationTokenSource();
        var stop = context.WaitForSignalAsync<bool>(DrillSignals.StopValidating, ending.Token);
        try
        {
            var moving = await AwaitQuietAsync(context, request, stop);
            var result = stop.IsCompleted ? Stopped : await CompareAsync(context, request.Of with { NotQuiet = moving }, stop);
            return new(result.NotObservable, moving);
        }
        finally
        {
            if (!stop.IsCompleted)
            {
                ending.Cancel();
            }
        }
    }

    private static ValidateResult Stopped => new("the drill was ended");

    private static async Task<string?> AwaitQuietAsync(IWorkflowContext context, ValidationRequest request, Task stop)
    {
        var deadline = request.Since + request.QuietTimeout;
        while (true)
        {
            var patience = Polling.Patience(request.QuietTimeout, deadline - context.Now);
            var quiet = await context.CallAsync(DrillSteps.AwaitQuiet,
                new QuietRequest(request.Of.DrillId, request.Of.Target, request.Since, request.QuietFor, patience));
            if (quiet.Quiet || quiet.Orphaned)
            {
                return quiet.Moving;
            }

            if (context.Now >= deadline || stop.IsCompleted)
            {
                return $"the pipeline did not go quiet within {request.QuietTimeout.TotalSeconds:0} s: {quiet.Moving}";
            }
        }
    }

    private static async Task<ValidateResult> CompareAsync(IWorkflowContext context, ValidateRequest request, Task stop)
    {
        var whole = await context.CallAsync(DrillSteps.Validate, request);
        if (whole.Shares is not { } shares)
        {
            return whole;
        }

        foreach (var wave in Enumerable.Range(0, shares).Chunk(SharesAtOnce))
        {
            if (stop.IsCompleted)
            {
                return Stopped;
            }

            var done = await Task.WhenAll(wave.Select(share => context.CallAsync(DrillSteps.ValidateShare, new ShareRequest(request, new(share, shares)))));
            if (done.FirstOrDefault(share => share.NotObservable is not null) is { } problem)
            {
                return new(problem.NotObservable);
            }
        }

        return stop.IsCompleted ? Stopped : await context.CallAsync(DrillSteps.MergeShares, new MergeRequest(request, shares));
    }
}
