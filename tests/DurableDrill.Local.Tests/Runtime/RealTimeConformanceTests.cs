using DurableDrill.Conformance;
using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

[Trait("Category", "Integration")]
public sealed class RealTimeStepTests() : StepFacts(new RealTimeHost());

[Trait("Category", "Integration")]
public sealed class RealTimeTimerTests() : TimerFacts(new RealTimeHost());

[Trait("Category", "Integration")]
public sealed class RealTimeSignalTests() : SignalFacts(new RealTimeHost());

[Trait("Category", "Integration")]
public sealed class RealTimeTreeTests() : TreeFacts(new RealTimeHost());

[Trait("Category", "Integration")]
public sealed class RealTimeGenerationTests() : GenerationFacts(new RealTimeHost());

[Trait("Category", "Integration")]
public sealed class RealTimeStatusTests() : StatusFacts(new RealTimeHost());

/// <summary>The embedded runtime as it runs in production: the system's clock, the thread pool, and messages by a second runtime through the inbox.</summary>
public sealed class RealTimeHost : WorkflowHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string folder = Directory.CreateTempSubdirectory("drill-real-").FullName;
    private readonly DurableRuntime owner;
    private readonly DurableRuntime other;

    public RealTimeHost()
    {
        owner = new DurableRuntime(new RuntimeOptions(folder, ConformanceCatalog.Create()));
        other = new DurableRuntime(new RuntimeOptions(folder, ConformanceCatalog.Create()));
    }

    public override Task StartAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input)
    {
        try
        {
            owner.Start(workflow, id, input);
            return Task.CompletedTask;
        }
        catch (InstanceExistsException error)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    public override async Task<HostedInstance> WaitAsync(string id) => LocalHost.Hosted(await other.WaitAsync(id).WaitAsync(Patience));

    public override async Task UntilPublishedAsync(string id, string status)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (owner.Folder.Status(id)?.Published?.GetString() != status)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public override Task PassAsync(TimeSpan time) => Task.Delay(time);

    public override Task<HostedInstance> StatusAsync(string id) => Task.FromResult(LocalHost.Hosted(other.Folder.Status(id)!));

    public override Task SignalAsync(string id, string name, object? payload)
    {
        Assert.True(other.Signal(id, name, payload));
        return Task.CompletedTask;
    }

    public override Task TerminateAsync(string id)
    {
        Assert.True(other.Terminate(id, "by the test"));
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await owner.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
