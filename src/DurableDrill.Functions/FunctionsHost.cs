using DurableDrill.Api;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Faults;
using Microsoft.DurableTask.Client;

namespace DurableDrill.Functions;

/// <summary>Runs drills as orchestrations of Durable Functions.</summary>
/// <param name="instances">The orchestrations.</param>
/// <param name="environment">What their steps see.</param>
/// <param name="janitor">Reverts by hand.</param>
public sealed class FunctionsHost(Instances instances, FunctionsEnvironment environment, Janitor janitor) : IDrillHost
{
    /// <inheritdoc/>
    public string Name { get; } = System.Environment.GetEnvironmentVariable("WEBSITE_SITE_NAME") ?? System.Environment.MachineName;

    /// <inheritdoc/>
    public IDrillEnvironment Environment => environment;

    /// <inheritdoc/>
    public ICampaignStore Campaigns => environment.Stores.Campaigns;

    /// <inheritdoc/>
    public Task<IReadOnlyList<TargetView>> ListTargetsAsync(CancellationToken cancellation) => environment.Targets.ListAsync(cancellation);

    /// <inheritdoc/>
    public Task ScheduleAsync(DrillRequest request, CancellationToken cancellation) =>
        instances.ScheduleAsync(DrillWorkflow.Definition, request.DrillId, request, cancellation);

    /// <inheritdoc/>
    public Task ScheduleAsync(CampaignRequest request, CancellationToken cancellation) =>
        instances.ScheduleAsync(CampaignWorkflow.Definition, request.RunId, request, cancellation);

    /// <inheritdoc/>
    public async Task<DrillView?> ReadAsync(string drillId, CancellationToken cancellation) =>
        await FindAsync(drillId, DrillWorkflow.Definition.Name, cancellation) is { } instance ? ViewOf(instance) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<DrillView>();
        await foreach (var instance in instances.ListAsync(DrillWorkflow.Definition.Name).WithCancellation(cancellation))
        {
            views.Add(ViewOf(instance));
        }

        return [.. views.OrderByDescending(view => view.StartedAt).ThenByDescending(view => view.DrillId, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<CampaignRunView?> ReadRunAsync(string runId, CancellationToken cancellation) =>
        await FindAsync(runId, CampaignWorkflow.Definition.Name, cancellation) is { } instance
            ? new(
                runId,
                instance.CreatedAt,
                instance.IsCompleted,
                Instances.Read<CampaignStatus>(instance.SerializedCustomStatus),
                instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? Instances.Read<CampaignOutcome>(instance.SerializedOutput) : null,
                ProblemOf(instance, CampaignWorkflow.Definition.Version))
            : null;

    /// <inheritdoc/>
    public Task AbortAsync(string instanceId, string why, CancellationToken cancellation) =>
        instances.SignalAsync(instanceId, DrillSignals.Abort, why, cancellation);

    /// <inheritdoc/>
    public Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => janitor.RevertAsync(ids, cancellation);

    private async Task<OrchestrationMetadata?> FindAsync(string id, string workflow, CancellationToken cancellation) =>
        await instances.FindAsync(id, cancellation) is { } instance && string.Equals(instance.Name, workflow, StringComparison.OrdinalIgnoreCase) ? instance : null;

    private static DrillView ViewOf(OrchestrationMetadata instance)
    {
        var request = DrillJson.FromElement<DrillRequest>(Instances.InputOf(instance).Input);
        var outcome = instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? Instances.Read<DrillOutcome>(instance.SerializedOutput)
            : ProblemOf(instance, DrillWorkflow.Definition.Version) is { } problem ? new DrillOutcome(instance.InstanceId, Verdict.Errored, [problem]) : null;
        return new(
            instance.InstanceId,
            request.Plan.Name,
            request.Target,
            instance.CreatedAt,
            Instances.Read<DrillStatus>(instance.SerializedCustomStatus),
            outcome,
            Alive: instance.RuntimeStatus is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending,
            Problem: null);
    }

    private static string? ProblemOf(OrchestrationMetadata instance, int version) => instance.RuntimeStatus switch
    {
        // The platform's own words for it are of a history that does not fit the code.
        OrchestrationRuntimeStatus.Failed when Instances.InputOf(instance).Version != version =>
            new WorkflowVersionException(instance.Name, Instances.InputOf(instance).Version, version).Message,
        OrchestrationRuntimeStatus.Failed => instance.FailureDetails?.ErrorMessage ?? "it failed",
        OrchestrationRuntimeStatus.Terminated => "its orchestration was terminated; what it injured is reverted by the janitor",
        _ => null,
    };
}
