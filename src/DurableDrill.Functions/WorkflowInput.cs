using System.Text.Json;
using DurableDrill.Workflows;

namespace DurableDrill.Functions;

/// <summary>What an orchestration is started with: the workflow's input, and what Durable Functions does not keep by itself.</summary>
/// <param name="Version">The version of the workflow that began it; another one cannot replay its history.</param>
/// <param name="Parent">The instance that started it; null: nobody.</param>
/// <param name="Input">The workflow's own input.</param>
public sealed record WorkflowInput(int Version, string? Parent, JsonElement Input)
{
    /// <summary>Signals that the generation before had received and not taken, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<JsonElement>> Carried { get; init; } = new Dictionary<string, IReadOnlyCollection<JsonElement>>();

    /// <summary>The input of a new instance.</summary>
    public static JsonElement Of<TIn, TOut>(Workflow<TIn, TOut> workflow, string? parent, TIn input) =>
        DrillJson.ToElement(new WorkflowInput(workflow.Version, parent, DrillJson.ToElement(input)));
}

/// <summary>What an activity is called with.</summary>
/// <param name="InstanceId">The instance that calls.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Input">The step's own input.</param>
public sealed record StepCall(string InstanceId, int Attempt, JsonElement Input);

/// <summary>What an activity answers. A failure is an answer too: so its type and message arrive as they were.</summary>
/// <param name="Output">The step's result; null: it failed.</param>
/// <param name="Failure">Why it failed; null: it did not.</param>
/// <param name="Final">Another attempt would fail the same way.</param>
public sealed record StepReply(JsonElement? Output, StepFailure? Failure, bool Final);
