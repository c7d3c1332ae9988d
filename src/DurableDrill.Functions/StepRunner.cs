using System.Diagnostics;
using System.Text.Json;
using DurableDrill.Workflows;
using Microsoft.Extensions.Logging;

namespace DurableDrill.Functions;

/// <summary>Runs the body of a step for an activity function, in a span of its own.</summary>
/// <param name="catalog">The bodies.</param>
/// <param name="log">Told of failures; the orchestration is told too.</param>
public sealed class StepRunner(WorkflowCatalog catalog, ILogger<StepRunner> log)
{
    /// <summary>The source of the spans.</summary>
    public const string SourceName = "DurableDrill.Steps";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Runs a step and answers with its result or its failure.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="call">A <see cref="StepCall"/>.</param>
    /// <param name="stopping">The app is going down: the activity fails, and Durable Functions runs it again elsewhere.</param>
    public async Task<JsonElement> RunAsync(string step, JsonElement call, CancellationToken stopping)
    {
        var (instance, attempt, input) = DrillJson.FromElement<StepCall>(call);
        using var span = Source.StartActivity(step);
        span?.SetTag("durabledrill.instance", instance).SetTag("durabledrill.attempt", attempt);
        var reply = await ReplyAsync(step, new(instance, attempt), input, stopping);
        if (reply.Failure is { } failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            log.LogWarning("{Instance}: step {Step}, attempt {Attempt}, failed: {Failure}", instance, step, attempt, failure.Message);
        }

        return DrillJson.ToElement(reply);
    }

    private async Task<StepReply> ReplyAsync(string step, StepContext context, JsonElement input, CancellationToken stopping)
    {
        try
        {
            var output = await catalog.RunStepAsync(step, input, context, stopping);
            var bytes = DurableContext.BytesOf(output);
            return bytes <= DurableContext.MaxBytes ? new(output, null, false) : new(null, TooLarge(step, bytes), true);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            return new(null, StepFailure.From(error), false);
        }
    }

    private static StepFailure TooLarge(string step, int bytes) => new(
        "StepResultTooLarge",
        $"The result of step '{step}' is {bytes} bytes of JSON; at most {DurableContext.MaxBytes} are allowed. Store the data and return a reference to it.",
        null);
}
