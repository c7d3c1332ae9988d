using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>The comparison of a drill's ids: one step, or, when there are more ids than a step may hold, a step for each share and one that merges.</summary>
internal static class DrillComparison
{
    /// <summary>A machine of 2 GB holds so many.</summary>
    private const int SharesAtOnce = 3;

    /// <param name="context">The drill's.</param>
    /// <param name="request">What is compared.</param>
    /// <param name="interruption">No further share is begun.</param>
    public static async Task<ValidateResult> RunAsync(IWorkflowContext context, ValidateRequest request, CancellationToken interruption)
    {
        var whole = await context.CallAsync(DrillSteps.Validate, request);
        if (whole.Shares is not { } shares)
        {
            return whole;
        }

        foreach (var wave in Enumerable.Range(0, shares).Chunk(SharesAtOnce))
        {
            interruption.ThrowIfCancellationRequested();
            var done = await Task.WhenAll(wave.Select(share => context.CallAsync(DrillSteps.ValidateShare, new ShareRequest(request, new(share, shares)))));
            if (done.FirstOrDefault(share => share.NotObservable is not null) is { } problem)
            {
                return new(problem.NotObservable);
            }
        }

        interruption.ThrowIfCancellationRequested();
        return await context.CallAsync(DrillSteps.MergeShares, new MergeRequest(request, shares));
    }
}
