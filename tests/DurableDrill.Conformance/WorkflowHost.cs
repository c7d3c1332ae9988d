using System.Text.Json;
using DurableDrill.Workflows;

namespace DurableDrill.Conformance;

/// <summary>A host under test. It runs <see cref="ConformanceCatalog"/>.</summary>
public abstract class WorkflowHost : IAsyncDisposable
{
    /// <summary>Starts an instance. Throws <see cref="InvalidOperationException"/> when there is one of this id.</summary>
    public abstract Task StartAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input);

    /// <summary>Waits for the end of an instance, letting as much time pass as that takes.</summary>
    public abstract Task<HostedInstance> WaitAsync(string id);

    /// <summary>Waits until the instance has published this, without letting its timers fire where the clock can be held.</summary>
    public abstract Task UntilPublishedAsync(string id, string status);

    /// <summary>Lets time pass, and all that is due in it happen.</summary>
    public abstract Task PassAsync(TimeSpan time);

    public abstract Task<HostedInstance> StatusAsync(string id);

    public abstract Task SignalAsync(string id, string name, object? payload);

    public abstract Task TerminateAsync(string id);

    public abstract ValueTask DisposeAsync();

    /// <summary>Starts an instance, waits for its end and returns its output.</summary>
    public async Task<TOut> RunAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input)
    {
        await StartAsync(workflow, id, input);
        return (await WaitAsync(id)).OutputOf(workflow);
    }
}

public enum HostedPhase
{
    Running,
    Completed,
    Failed,
    Terminated,
}

/// <summary>What a host knows of an instance.</summary>
public sealed record HostedInstance(HostedPhase Phase, JsonElement? Output, StepFailure? Failure)
{
    public TOut OutputOf<TIn, TOut>(Workflow<TIn, TOut> workflow)
    {
        Assert.True(Phase == HostedPhase.Completed, $"{workflow.Name} is {Phase}: {Failure?.Message}");
        return DrillJson.FromElement<TOut>(Output!.Value);
    }
}
