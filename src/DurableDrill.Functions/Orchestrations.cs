using System.Text.Json;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace DurableDrill.Functions;

/// <summary>The workflows, each an orchestrator function of its own name.</summary>
public static class Orchestrations
{
    /// <summary><see cref="DrillWorkflow"/>.</summary>
    [Function("drill")]
    public static Task<JsonElement> DrillAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, DrillWorkflow.Definition);

    /// <summary><see cref="ObservationWorkflow"/>.</summary>
    [Function("observation")]
    public static Task<JsonElement> ObservationAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, ObservationWorkflow.Definition);

    /// <summary><see cref="ValidationWorkflow"/>.</summary>
    [Function("validation")]
    public static Task<JsonElement> ValidationAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, ValidationWorkflow.Definition);

    /// <summary><see cref="CampaignWorkflow"/>.</summary>
    [Function("campaign")]
    public static Task<JsonElement> CampaignAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, CampaignWorkflow.Definition);
}
