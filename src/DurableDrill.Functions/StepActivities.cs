using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableDrill.Functions;

/// <summary>The steps, each an activity function of its own name. A test holds this list and the core's together.</summary>
/// <param name="steps">Runs them.</param>
/// <param name="instances">Whether drills still run, which every apply asks.</param>
public sealed class StepActivities(StepRunner steps, Instances instances)
{
    /// <summary>The step <c>preflight</c>.</summary>
    [Function("preflight")]
    public Task<JsonElement> PreflightAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>observe</c>.</summary>
    [Function("observe")]
    public Task<JsonElement> ObserveAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>measure-baseline</c>.</summary>
    [Function("measure-baseline")]
    public Task<JsonElement> MeasureBaselineAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>open-tickets</c>.</summary>
    [Function("open-tickets")]
    public Task<JsonElement> OpenTicketsAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>find-role</c>.</summary>
    [Function("find-role")]
    public Task<JsonElement> FindRoleAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>apply</c>.</summary>
    [Function("apply")]
    public Task<JsonElement> ApplyAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>revert</c>.</summary>
    [Function("revert")]
    public Task<JsonElement> RevertAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>judge-recovery</c>.</summary>
    [Function("judge-recovery")]
    public Task<JsonElement> JudgeRecoveryAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>await-quiet</c>.</summary>
    [Function("await-quiet")]
    public Task<JsonElement> AwaitQuietAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>validate</c>.</summary>
    [Function("validate")]
    public Task<JsonElement> ValidateAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>validate-share</c>.</summary>
    [Function("validate-share")]
    public Task<JsonElement> ValidateShareAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>merge-shares</c>.</summary>
    [Function("merge-shares")]
    public Task<JsonElement> MergeSharesAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>release</c>.</summary>
    [Function("release")]
    public Task<JsonElement> ReleaseAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>report</c>.</summary>
    [Function("report")]
    public Task<JsonElement> ReportAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    /// <summary>The step <c>prepare-campaign-drill</c>.</summary>
    [Function("prepare-campaign-drill")]
    public Task<JsonElement> PrepareCampaignDrillAsync([ActivityTrigger] JsonElement call, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        RunAsync(call, client, context);

    private Task<JsonElement> RunAsync(JsonElement call, DurableTaskClient client, FunctionContext context)
    {
        instances.Use(client);
        return steps.RunAsync(context.FunctionDefinition.Name, call, context.CancellationToken);
    }
}
