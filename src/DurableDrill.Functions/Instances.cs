using System.Text.Json;
using DurableDrill.Faults;
using DurableDrill.Workflows;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableDrill.Functions;

/// <summary>
/// The orchestrations of this app. The platform gives its client to each invocation; whatever outlives one, as a step's fault executor, finds
/// the latest here. All of them speak to the same task hub.
/// </summary>
public sealed class Instances : IDrillStates
{
    private volatile DurableTaskClient? client;

    private DurableTaskClient Client => client ?? throw new InvalidOperationException("No function has been called yet.");

    /// <summary>Takes the client of the invocation under way.</summary>
    public void Use(DurableTaskClient current) => client = current;

    /// <inheritdoc/>
    public async Task<DrillLife> ReadAsync(string drillId, CancellationToken cancellation)
    {
        try
        {
            for (var id = (string?)drillId; id is not null;)
            {
                if (await FindAsync(id, cancellation) is not { } instance || instance.IsCompleted)
                {
                    return DrillLife.Over;
                }

                id = InputOf(instance).Parent;
            }

            return DrillLife.Runs;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The task hub cannot be reached now.
            return DrillLife.Unknown;
        }
    }

    /// <summary>An instance with its input, status and output; null: there is none.</summary>
    public Task<OrchestrationMetadata?> FindAsync(string id, CancellationToken cancellation) =>
        Client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellation);

    /// <summary>All instances of a workflow.</summary>
    public IAsyncEnumerable<OrchestrationMetadata> ListAsync(string workflow) =>
        Client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true })
            .Where(instance => string.Equals(instance.Name, workflow, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Starts an instance; does nothing when there is one, ended or not. Durable Functions would replace one that has ended, so it is asked first;
    /// two that ask at once both come here with the same input.
    /// </summary>
    public async Task ScheduleAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not null)
        {
            return;
        }

        try
        {
            await Client.ScheduleNewOrchestrationInstanceAsync(
                workflow.Name, WorkflowInput.Of(workflow, null, input), new StartOrchestrationOptions(id), cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Refused because another was first: what was wanted.
            if (await FindAsync(id, cancellation) is null)
            {
                throw;
            }
        }
    }

    /// <summary>Sends a signal; an instance that has ended ignores it.</summary>
    public async Task SignalAsync(string id, string name, object? payload, CancellationToken cancellation)
    {
        try
        {
            await Client.RaiseEventAsync(id, name, DrillJson.ToElement(payload), cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            if (await FindAsync(id, cancellation) is { IsCompleted: false })
            {
                throw;
            }
        }
    }

    /// <summary>What an instance was started with.</summary>
    public static WorkflowInput InputOf(OrchestrationMetadata instance) => Read<WorkflowInput>(instance.SerializedInput)!;

    /// <summary>A value as it lies in the task hub; the type's default when there is none.</summary>
    public static T? Read<T>(string? json) => string.IsNullOrEmpty(json) ? default : JsonSerializer.Deserialize<T>(json, DrillJson.Options);
}
