using System.Text.Json;

namespace DurableDrill.Workflows;

/// <summary>A piece of work with effects, called by a workflow by name. Both types survive a JSON round trip.</summary>
/// <param name="Name">Stable and unique: it stands in histories and names the activity function.</param>
/// <param name="Retry">What happens when the body throws.</param>
public sealed record Step<TIn, TOut>(string Name, RetryPolicy Retry);

/// <summary>A workflow that a host can start. The body must be deterministic (<see cref="IWorkflowContext"/>).</summary>
/// <param name="Name">Stable and unique: it stands in histories.</param>
/// <param name="Version">Raised when a change of the body could not replay an older history.</param>
/// <param name="Run">The body.</param>
public sealed record Workflow<TIn, TOut>(string Name, int Version, Func<IWorkflowContext, TIn, Task<TOut>> Run);

/// <summary>How often a failed step is tried again.</summary>
/// <param name="MaxAttempts">1 (no retry) or more.</param>
/// <param name="FirstDelay">Before the second attempt.</param>
/// <param name="Backoff">Factor from one delay to the next, 1 or more.</param>
/// <param name="MaxDelay">No delay is longer.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan FirstDelay, double Backoff, TimeSpan MaxDelay)
{
    /// <summary>One attempt.</summary>
    public static RetryPolicy None { get; } = new(1, TimeSpan.Zero, 1, TimeSpan.Zero);

    /// <summary>Five attempts: 1, 2, 4 and 8 s between them.</summary>
    public static RetryPolicy Default { get; } = new(5, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(30));

    /// <summary>The delay before an attempt; the first attempt is number 1 and has none.</summary>
    public TimeSpan DelayBefore(int attempt) => attempt <= 1
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(MaxDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(Backoff, attempt - 2)));
}

/// <summary>What a step's body is told by the host.</summary>
/// <param name="InstanceId">The workflow instance that called.</param>
/// <param name="Attempt">1 for the first.</param>
public sealed record StepContext(string InstanceId, int Attempt);

/// <summary>A step or a sub-workflow failed for good. The failure crossed a process boundary, so it is data, not the exception itself.</summary>
public sealed class StepFailedException(string name, StepFailure failure)
    : Exception($"{name} failed: {failure.Message}")
{
    /// <summary>The step or sub-workflow.</summary>
    public string Name { get; } = name;

    /// <summary>What was thrown.</summary>
    public StepFailure Failure { get; } = failure;
}

/// <summary>An exception as data.</summary>
/// <param name="Type">Full name of the exception's type.</param>
/// <param name="Message">Its message; secrets are never in it.</param>
/// <param name="Details">Stack trace and inner exceptions, for a developer.</param>
public sealed record StepFailure(string Type, string Message, string? Details)
{
    /// <summary>Takes an exception down as data.</summary>
    public static StepFailure From(Exception error) => error is StepFailedException step
        ? step.Failure
        : new(error.GetType().FullName ?? error.GetType().Name, error.Message, error.ToString());
}

/// <summary>The steps and workflows that a host can run, by name. Registering a name twice or calling an unknown one is an error at start.</summary>
public sealed class WorkflowCatalog
{
    private readonly Dictionary<string, Func<JsonElement, StepContext, CancellationToken, Task<JsonElement>>> steps = [];
    private readonly Dictionary<string, (int Version, Func<IWorkflowContext, JsonElement, Task<JsonElement>> Run)> workflows = [];

    /// <summary>The names of all steps.</summary>
    public IReadOnlyCollection<string> Steps => steps.Keys;

    /// <summary>The names of all workflows.</summary>
    public IReadOnlyCollection<string> Workflows => workflows.Keys;

    /// <summary>Registers the body of a step.</summary>
    public WorkflowCatalog Add<TIn, TOut>(Step<TIn, TOut> step, Func<TIn, StepContext, CancellationToken, Task<TOut>> body)
    {
        steps.Add(step.Name, async (input, context, cancellation) =>
            DrillJson.ToElement(await body(DrillJson.FromElement<TIn>(input), context, cancellation)));
        return this;
    }

    /// <summary>Registers a workflow.</summary>
    public WorkflowCatalog Add<TIn, TOut>(Workflow<TIn, TOut> workflow)
    {
        workflows.Add(workflow.Name, (workflow.Version, async (context, input) =>
            DrillJson.ToElement(await workflow.Run(context, DrillJson.FromElement<TIn>(input)))));
        return this;
    }

    /// <summary>Runs the body of a step.</summary>
    /// <exception cref="KeyNotFoundException">No step has this name.</exception>
    public Task<JsonElement> RunStepAsync(string name, JsonElement input, StepContext context, CancellationToken cancellation) =>
        steps.TryGetValue(name, out var body)
            ? body(input, context, cancellation)
            : throw new KeyNotFoundException($"There is no step '{name}'; there are: {string.Join(", ", steps.Keys)}.");

    /// <summary>Runs a workflow's body over a context.</summary>
    /// <exception cref="KeyNotFoundException">No workflow has this name.</exception>
    public Task<JsonElement> RunWorkflowAsync(string name, IWorkflowContext context, JsonElement input) => Find(name).Run(context, input);

    /// <summary>The version of a workflow's code.</summary>
    /// <exception cref="KeyNotFoundException">No workflow has this name.</exception>
    public int VersionOf(string name) => Find(name).Version;

    private (int Version, Func<IWorkflowContext, JsonElement, Task<JsonElement>> Run) Find(string name) =>
        workflows.TryGetValue(name, out var workflow)
            ? workflow
            : throw new KeyNotFoundException($"There is no workflow '{name}'; there are: {string.Join(", ", workflows.Keys)}.");
}
