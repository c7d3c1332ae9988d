using DurableDrill.Conformance;
using DurableDrill.TestServers;
using DurableDrill.Workflows;
using DurableTask.Core;

namespace DurableDrill.Functions.Tests;

[Trait("Category", "Integration")]
public sealed class DurableStepTests() : StepFacts(new DurableHost());

[Trait("Category", "Integration")]
public sealed class DurableTimerTests() : TimerFacts(new DurableHost());

[Trait("Category", "Integration")]
public sealed class DurableSignalTests() : SignalFacts(new DurableHost());

[Trait("Category", "Integration")]
public sealed class DurableTreeTests() : TreeFacts(new DurableHost());

[Trait("Category", "Integration")]
public sealed class DurableGenerationTests() : GenerationFacts(new DurableHost());

[Trait("Category", "Integration")]
public sealed class DurableStatusTests() : StatusFacts(new DurableHost());

/// <summary>Durable Functions' Azure Storage provider against Azurite, one task hub for each fact.</summary>
public sealed class DurableHost : WorkflowHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lazy<Task<TaskHub>> hub = new(async () => await TaskHub.JoinAsync(
        (await AzuriteServer.SharedAsync()).Connection, "T" + Guid.NewGuid().ToString("N")[..12], ConformanceCatalog.Create(), Workflows));

    private static IReadOnlyList<TaskHub.IRegistered> Workflows =>
    [
        TaskHub.Register(StepFacts.EchoAll), TaskHub.Register(StepFacts.DoubleInTurn), TaskHub.Register(StepFacts.DoubleAtOnce), TaskHub.Register(StepFacts.Retry),
        TaskHub.Register(StepFacts.Catch), TaskHub.Register(StepFacts.LetThrough), TaskHub.Register(StepFacts.TooLarge),
        TaskHub.Register(TimerFacts.Sleep), TaskHub.Register(TimerFacts.Race), TaskHub.Register(TimerFacts.CancelTimer), TaskHub.Register(TimerFacts.LeaveTimer), TaskHub.Register(TimerFacts.ZeroDelay),
        TaskHub.Register(SignalFacts.Collect), TaskHub.Register(SignalFacts.CollectLate), TaskHub.Register(SignalFacts.GiveUpThenWait), TaskHub.Register(SignalFacts.TwoWaits),
        TaskHub.Register(SignalFacts.Send), TaskHub.Register(SignalFacts.Typed),
        TaskHub.Register(TreeFacts.Parent), TaskHub.Register(TreeFacts.Child), TaskHub.Register(TreeFacts.ParentOfFailing), TaskHub.Register(TreeFacts.Failing), TaskHub.Register(TreeFacts.ParentOfWaiting),
        TaskHub.Register(GenerationFacts.CountDown), TaskHub.Register(GenerationFacts.CarryOver), TaskHub.Register(GenerationFacts.DropPending),
        TaskHub.Register(StatusFacts.PublishThenWait), TaskHub.Register(StatusFacts.PublishTooMuch),
    ];

    public override async Task StartAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input) =>
        await (await hub.Value).StartAsync(workflow, id, input);

    public override async Task<HostedInstance> WaitAsync(string id)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await StatusAsync(id) is { Phase: not HostedPhase.Running } ended)
            {
                return ended;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    public override async Task UntilPublishedAsync(string id, string status)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await (await hub.Value).FindAsync(id))?.Status != $"\"{status}\"")
        {
            await Task.Delay(50, patience.Token);
        }
    }

    public override Task PassAsync(TimeSpan time) => Task.Delay(time);

    public override async Task<HostedInstance> StatusAsync(string id)
    {
        var state = await (await hub.Value).FindAsync(id);
        return state?.OrchestrationStatus switch
        {
            OrchestrationStatus.Completed => new(HostedPhase.Completed, Instances.Read<System.Text.Json.JsonElement>(state.Output), null),
            OrchestrationStatus.Failed => new(HostedPhase.Failed, null, new(state.FailureDetails?.ErrorType ?? "", state.FailureDetails?.ErrorMessage ?? state.Output, null)),
            OrchestrationStatus.Terminated => new(HostedPhase.Terminated, null, new("", state.Output, null)),
            _ => new(HostedPhase.Running, null, null),
        };
    }

    public override async Task SignalAsync(string id, string name, object? payload) => await (await hub.Value).SignalAsync(id, name, payload);

    public override async Task TerminateAsync(string id) =>
        await (await hub.Value).Client.TerminateInstanceAsync(new OrchestrationInstance { InstanceId = id }, "by the test");

    public override async ValueTask DisposeAsync()
    {
        if (hub.IsValueCreated)
        {
            await (await hub.Value).DisposeAsync();
        }
    }
}
