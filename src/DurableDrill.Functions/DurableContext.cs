using System.Text.Json;
using DurableDrill.Workflows;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace DurableDrill.Functions;

/// <summary>
/// <see cref="IWorkflowContext"/> over Durable Functions. Values cross as JSON of this product (<see cref="DrillJson"/>). The delays between
/// attempts are timers of the orchestration, because the platform's own retries do not tell a step which attempt it is.
/// </summary>
public sealed class DurableContext : IWorkflowContext
{
    /// <summary>The largest result of a step and the largest published status, in bytes of JSON.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Shorter delays are of an observation, whose bursts may well overlap more.</summary>
    private static readonly TimeSpan Exact = TimeSpan.FromSeconds(2);

    private readonly TaskOrchestrationContext context;
    private readonly ILogger log;
    private readonly WorkflowInput input;
    private readonly Dictionary<string, SignalBox> signals = new(StringComparer.OrdinalIgnoreCase);

    private DurableContext(TaskOrchestrationContext context, WorkflowInput input)
    {
        this.context = context;
        this.input = input;
        log = context.CreateReplaySafeLogger<DurableContext>();
        foreach (var (name, carried) in input.Carried)
        {
            signals.Add(name, new(() => context.WaitForExternalEvent<JsonElement>(name), carried));
        }
    }

    /// <inheritdoc/>
    public string InstanceId => context.InstanceId;

    /// <inheritdoc/>
    public string? ParentInstanceId => input.Parent;

    /// <inheritdoc/>
    public DateTimeOffset Now => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    /// <inheritdoc/>
    public bool IsReplaying => context.IsReplaying;

    /// <summary>Runs a workflow as the body of an orchestration.</summary>
    /// <exception cref="WorkflowVersionException">Another version of the workflow began it.</exception>
    public static async Task<JsonElement> RunAsync<TIn, TOut>(TaskOrchestrationContext context, Workflow<TIn, TOut> workflow)
    {
        var input = DrillJson.FromElement<WorkflowInput>(context.GetInput<JsonElement>());
        if (input.Version != workflow.Version)
        {
            // Its history is another code's, so it can only fail. The janitor reverts what it has injured, for its drill is over.
            throw new WorkflowVersionException(workflow.Name, input.Version, workflow.Version);
        }

        var output = await workflow.Run(new DurableContext(context, input), DrillJson.FromElement<TIn>(input.Input));
        return DrillJson.ToElement(output);
    }

    /// <inheritdoc/>
    public async Task<TOut> CallAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input)
    {
        var json = DrillJson.ToElement(input);
        for (var attempt = 1; ; attempt++)
        {
            var reply = await CallOnceAsync(step.Name, new(InstanceId, attempt, json));
            if (reply.Failure is not { } failure)
            {
                return DrillJson.FromElement<TOut>(reply.Output ?? default);
            }

            if (reply.Final || attempt >= step.Retry.MaxAttempts)
            {
                throw new StepFailedException(step.Name, failure);
            }

            if (step.Retry.DelayBefore(attempt + 1) is var delay && delay > TimeSpan.Zero)
            {
                await DelayAsync(delay, exact: true, default);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<TOut> CallWorkflowAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string instanceId, TIn input)
    {
        try
        {
            var output = await context.CallSubOrchestratorAsync<JsonElement>(
                workflow.Name, WorkflowInput.Of(workflow, InstanceId, input), new SubOrchestrationOptions { InstanceId = instanceId });
            return DrillJson.FromElement<TOut>(output);
        }
        catch (TaskFailedException error)
        {
            throw new StepFailedException(workflow.Name, FailureOf(error));
        }
    }

    /// <inheritdoc/>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellation = default) => DelayAsync(delay, delay >= Exact, cancellation);

    /// <inheritdoc/>
    public async Task<T> WaitForSignalAsync<T>(string name, CancellationToken cancellation = default) =>
        DrillJson.FromElement<T>(await BoxOf(name).WaitAsync(cancellation));

    /// <inheritdoc/>
    public void Signal(string instanceId, string name, object? payload) => context.SendEvent(instanceId, name, DrillJson.ToElement(payload));

    /// <inheritdoc/>
    public void Publish(object status)
    {
        var json = DrillJson.ToElement(status);
        var bytes = BytesOf(json);
        if (bytes > MaxBytes)
        {
            throw new ArgumentException(
                $"The status that {InstanceId} publishes is {bytes} bytes of JSON; at most {MaxBytes} are allowed. Store the data and publish a reference.", nameof(status));
        }

        context.SetCustomStatus(json);
    }

    /// <inheritdoc/>
    public void ContinueAsNew(object? input)
    {
        var carried = signals.Where(box => box.Value.Arrived.Count > 0).ToDictionary(box => box.Key, box => box.Value.Arrived);
        var next = this.input with { Input = DrillJson.ToElement(input), Carried = carried };
        context.ContinueAsNew(DrillJson.ToElement(next), preserveUnprocessedEvents: true);
    }

    /// <inheritdoc/>
    public void Log(string message) => log.LogInformation("{Instance}: {Message}", InstanceId, message);

    private SignalBox BoxOf(string name)
    {
        if (!signals.TryGetValue(name, out var box))
        {
            signals.Add(name, box = new(() => context.WaitForExternalEvent<JsonElement>(name), []));
        }

        return box;
    }

    internal static int BytesOf(JsonElement json) => JsonSerializer.SerializeToUtf8Bytes(json, DrillJson.Options).Length;

    /// <summary>
    /// A queue of Azure Storage counts whole seconds, rounded down, so a timer may fire up to a second early. One that must not waits on, a second
    /// more than is left: a timer of less would fire at once, and again and again.
    /// </summary>
    private async Task DelayAsync(TimeSpan delay, bool exact, CancellationToken cancellation)
    {
        var due = Now + delay;
        await context.CreateTimer(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, cancellation);
        while (exact && Now < due)
        {
            await context.CreateTimer(due - Now + TimeSpan.FromSeconds(1), cancellation);
        }
    }

    private async Task<StepReply> CallOnceAsync(string step, StepCall call)
    {
        try
        {
            return DrillJson.FromElement<StepReply>(await context.CallActivityAsync<JsonElement>(step, DrillJson.ToElement(call)));
        }
        catch (TaskFailedException error)
        {
            // The platform's own failure: the function is not there, or took longer than it may.
            return new(null, FailureOf(error), Final: false);
        }
    }

    private static StepFailure FailureOf(TaskFailedException error)
    {
        // What a workflow lets through is told as what it was, not as what this class made of it.
        var details = error.FailureDetails;
        return new(details.ErrorType, details.ErrorMessage, details.ToString());
    }
}

/// <summary>An orchestration was begun by another version of its workflow, so that this one's code cannot go on with it.</summary>
public sealed class WorkflowVersionException(string workflow, int begun, int here)
    : Exception($"it was begun by version {begun} of the workflow '{workflow}', and this app has version {here}: it cannot go on, and what it injured is reverted");
