using System.Text.Json;
using DurableDrill.Drills;
using DurableDrill.TestServers;
using DurableDrill.Workflows;
using DurableTask.Core;

namespace DurableDrill.Functions.Tests;

/// <summary>What the platform really keeps of a long observation: it reads all of it again for every turn.</summary>
[Trait("Category", "Integration")]
public sealed class HistoryBoundTests
{
    [SkippableFact]
    public async Task Observation_OverGenerations_KeepsUnderTwoHundredEvents()
    {
        var connection = (await AzuriteServer.SharedAsync()).Connection;
        var bursts = 0;
        var catalog = new WorkflowCatalog().Add(DrillSteps.Observe, (burst, _, _) =>
        {
            bursts = Math.Max(bursts, burst.Burst);
            return Task.FromResult(new BurstResult(new Dictionary<string, double>(), null, Orphaned: false));
        });
        await using var hub = await TaskHub.JoinAsync(
            connection, "T" + Guid.NewGuid().ToString("N")[..12], catalog, [TaskHub.Register(ObservationWorkflow.Definition)]);
        await hub.StartAsync(ObservationWorkflow.Definition, "o", new Observation("d", "orders", "d", []));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var most = 0;
        while (bursts < 33)
        {
            await Task.Delay(200, patience.Token);
            if (await hub.FindAsync("o") is { } state)
            {
                most = Math.Max(most, await EventsAsync(hub, state.OrchestrationInstance));
            }
        }

        Assert.InRange(most, 100, 199);
    }

    private static async Task<int> EventsAsync(TaskHub hub, OrchestrationInstance instance) =>
        JsonDocument.Parse(await hub.Client.GetOrchestrationHistoryAsync(instance)).RootElement.GetArrayLength();
}
