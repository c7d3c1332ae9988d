using DurableDrill.Adapters.Blobs;
using DurableDrill.Faults;
using DurableDrill.Targets;
using DurableDrill.TestServers;
using DurableDrill.Workflows;
using DurableTask.Core;

namespace DurableDrill.Functions.Tests;

/// <summary>An app that is upgraded while a drill's fault is there.</summary>
[Trait("Category", "Integration")]
public sealed class VersionTests
{
    private static readonly Step<string, string> Apply = new("apply", RetryPolicy.None);

    [SkippableFact]
    public async Task Drill_BegunByAnotherVersion_EndsErroredAndItsFaultIsReverted()
    {
        var connection = (await AzuriteServer.SharedAsync()).Connection;
        var name = "T" + Guid.NewGuid().ToString("N")[..12];
        var now = DateTimeOffset.UtcNow;
        var tickets = BlobStores.Open(connection, name + "/").Tickets;
        var target = new OneSwitch();
        var drills = new HubDrills();
        var executor = new FaultExecutor(target, tickets, drills, new Platform(), TimeProvider.System);
        await executor.OpenAsync(new("d.a", "d", "orders", new Stop("a"), now, now.AddSeconds(15), now.AddHours(1)), default);
        var catalog = new WorkflowCatalog().Add(Apply, async (ticket, _, cancellation) => (await executor.ApplyAsync(ticket, cancellation)).Ticket.State.ToString());

        await using (drills.Hub = await TaskHub.JoinAsync(connection, name, catalog, [TaskHub.Register(Version(1))]))
        {
            await drills.Hub.StartAsync(Version(1), "d", "d.a");
            await Eventually(async () => (await drills.Hub.FindAsync("d"))?.Status == "\"injured\"");
        }

        Assert.True(target.IsOff);
        await using (drills.Hub = await TaskHub.JoinAsync(connection, name, catalog, [TaskHub.Register(Version(2))]))
        {
            await drills.Hub.SignalAsync("d", "go-on", true);
            await Eventually(async () => (await drills.Hub.FindAsync("d"))?.OrchestrationStatus == OrchestrationStatus.Failed);
            var janitor = new Janitor(executor, target, tickets, drills, TimeProvider.System);
            await Eventually(async () => (await janitor.SweepAsync("janitor", default)).Acts.All(act => act.Outcome == JanitorOutcome.Closed));
        }

        Assert.False(target.IsOff);
    }

    private static Workflow<string, string> Version(int version) => new("drill", version, async (context, ticket) =>
    {
        var state = await context.CallAsync(Apply, ticket);
        context.Publish("injured");
        await context.WaitForSignalAsync<bool>("go-on");
        return state;
    });

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(100, patience.Token);
        }
    }

    private sealed class HubDrills : IDrillStates
    {
        public TaskHub Hub { get; set; } = null!;

        public async Task<DrillLife> ReadAsync(string drillId, CancellationToken cancellation) =>
            (await Hub.FindAsync(drillId))?.OrchestrationStatus is OrchestrationStatus.Running or OrchestrationStatus.Pending ? DrillLife.Runs : DrillLife.Over;
    }

    private sealed class Platform : IWatchdog
    {
        public Task EnsureRunningAsync(CancellationToken cancellation) => Task.CompletedTask;
    }

    /// <summary>A target of one component, which is on or off.</summary>
    private sealed class OneSwitch : ITarget, ITargetCatalog
    {
        public bool IsOff { get; private set; }

        public string Name => "orders";

        public Task<ITarget?> OpenAsync(string name, CancellationToken cancellation) => Task.FromResult<ITarget?>(this);

        public Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Finding>>([]);

        public Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ComponentState>>([]);

        public Task<System.Text.Json.JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation) => Task.FromResult(DrillJson.ToElement(true));

        public Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation) => Task.FromResult(IsOff = true);

        public Task RevertAsync(FaultTicket ticket, CancellationToken cancellation) => Task.FromResult(IsOff = false);

        public Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation) =>
            Task.FromResult(IsOff ? FaultPresence.Present : FaultPresence.Absent);

        public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation) => Task.FromResult(wanted);

        public Task ReleaseAsync(string owner, CancellationToken cancellation) => Task.CompletedTask;

        public Task<bool> ActAsync(string component, string action, CancellationToken cancellation) => Task.FromResult(false);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
