using DurableDrill.Conformance;
using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

public sealed class LocalStepTests() : StepFacts(new LocalHost());

public sealed class LocalTimerTests() : TimerFacts(new LocalHost());

public sealed class LocalSignalTests() : SignalFacts(new LocalHost());

public sealed class LocalTreeTests() : TreeFacts(new LocalHost());

public sealed class LocalGenerationTests() : GenerationFacts(new LocalHost());

public sealed class LocalStatusTests() : StatusFacts(new LocalHost());

/// <summary>The embedded runtime as a host under test, on a clock that jumps.</summary>
public sealed class LocalHost : WorkflowHost
{
    private readonly TestRuntime test = new(ConformanceCatalog.Create());

    public override Task StartAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input)
    {
        try
        {
            test.Runtime.Start(workflow, id, input);
            return Task.CompletedTask;
        }
        catch (InstanceExistsException error)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    public override async Task<HostedInstance> WaitAsync(string id) => Hosted(await test.EndOfAsync(id));

    public override async Task UntilPublishedAsync(string id, string status)
    {
        await test.Runtime.WhenIdleAsync();
        Assert.Equal(status, test.Runtime.Folder.Status(id)?.Published?.GetString());
    }

    public override Task PassAsync(TimeSpan time) => test.PassAsync(time);

    public override Task<HostedInstance> StatusAsync(string id) => Task.FromResult(Hosted(test.Runtime.Folder.Status(id)!));

    public override Task SignalAsync(string id, string name, object? payload)
    {
        Assert.True(test.Runtime.Signal(id, name, payload));
        return Task.CompletedTask;
    }

    public override Task TerminateAsync(string id)
    {
        Assert.True(test.Runtime.Terminate(id, "by the test"));
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => test.DisposeAsync();

    internal static HostedInstance Hosted(InstanceStatus status) => new(Enum.Parse<HostedPhase>($"{status.Phase}"), status.Output, status.Failure);
}
