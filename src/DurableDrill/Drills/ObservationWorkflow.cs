using DurableDrill.Plans;
using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>What is observed, and for whom.</summary>
/// <param name="DrillId">The drill that the samples belong to.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Parent">The instance that is told of a violated stop condition.</param>
/// <param name="StopConditions">Looked at after each burst.</param>
public sealed record Observation(string DrillId, string Target, string Parent, IReadOnlyList<Bound> StopConditions)
{
    /// <summary>The number of the next burst.</summary>
    public int NextBurst { get; init; }
}

/// <summary>
/// Reads the signals in bursts that overlap, so that there is no hole between them, until it is told to stop or its drill is over.
/// It owns no fault, so it may continue as new: its history stays short however long the drill is.
/// </summary>
public static class ObservationWorkflow
{
    /// <summary>A burst is some eight events of Durable Functions, and eight more for each retry: 15 leave room for nine retries under 200.</summary>
    private const int BurstsPerGeneration = 15;

    /// <summary>How long a burst reads: what is lost when the host dies, and how old the live figures are.</summary>
    public static TimeSpan BurstLength { get; } = TimeSpan.FromSeconds(2);

    /// <summary>A burst starts before the last one ends, longer than a step takes to start.</summary>
    public static TimeSpan Overlap { get; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The workflow, as hosts register it.</summary>
    public static Workflow<Observation, int> Definition { get; } = new("observation", 2, RunAsync);

    private static async Task<int> RunAsync(IWorkflowContext context, Observation input)
    {
        using var ending = new CancellationTokenSource();
        var stop = context.WaitForSignalAsync<bool>(DrillSignals.StopObserving, ending.Token);
        var running = new List<Task<BurstResult>>();
        for (var burst = input.NextBurst; burst < input.NextBurst + BurstsPerGeneration; burst++)
        {
            running.Add(context.CallAsync(DrillSteps.Observe,
                new ObserveBurst(input.DrillId, input.Target, burst, BurstLength, input.StopConditions)));
            if (await Task.WhenAny(stop, context.DelayAsync(BurstLength - Overlap, ending.Token)) == stop)
            {
                await Task.WhenAll(running);
                ending.Cancel();
                return burst + 1;
            }

            foreach (var done in running.Where(task => task.IsCompleted).ToList())
            {
                running.Remove(done);
                var result = await done;
                context.Publish(result.Latest);
                if (result.Violated is { } violated)
                {
                    context.Signal(input.Parent, DrillSignals.Abort, $"stop condition: {violated}");
                }

                if (result.Orphaned)
                {
                    ending.Cancel();
                    return burst + 1;
                }
            }
        }

        // Cancelled, the wait takes no signal: one that comes from here on is carried over.
        await Task.WhenAll(running);
        if (stop.IsCompleted)
        {
            return input.NextBurst + BurstsPerGeneration;
        }

        ending.Cancel();
        context.ContinueAsNew(input with { NextBurst = input.NextBurst + BurstsPerGeneration });
        return 0;
    }
}
