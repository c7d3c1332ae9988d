using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>Runs the body of a step once.</summary>
internal static class StepRunner
{
    /// <summary>Begins to run a step; how it ends is posted to its instance.</summary>
    public static void Start(IInstanceHost host, Instance instance, StepScheduled step, int generation)
    {
        host.Gauge.Enter();
        Task.Factory.StartNew(
            async () =>
            {
                if (await RunAsync(step, instance.Id, host.Options.Catalog, host.Stopping) is { } reply)
                {
                    instance.Post(reply, generation);
                }

                host.Gauge.Leave();
            },
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            host.Options.Scheduler);
    }

    /// <returns>How it ended; null when the host stopped it: the step runs again when the instance is resumed.</returns>
    private static async Task<Reply?> RunAsync(StepScheduled step, string instanceId, WorkflowCatalog catalog, CancellationToken stopping)
    {
        try
        {
            var output = await catalog.RunStepAsync(step.Step, step.Input, new(instanceId, step.Attempt), stopping);
            var bytes = HistoryLine.BytesOf(output);
            return bytes <= WorkflowContext.MaxBytes
                ? new StepCompleted(step.Id, output)
                : new StepFailed(step.Id, TooLarge(step.Step, bytes), Final: true);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            return new StepFailed(step.Id, StepFailure.From(error), Final: !catalog.Steps.Contains(step.Step));
        }
    }

    private static StepFailure TooLarge(string step, int bytes) => new(
        "StepResultTooLarge",
        $"The result of step '{step}' is {bytes} bytes of JSON; at most {WorkflowContext.MaxBytes} are allowed. Store the data and return a reference to it.",
        null);
}
