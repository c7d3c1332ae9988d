using DurableDrill.Workflows;

namespace DurableDrill.Conformance;

/// <summary>Sub-workflows.</summary>
public abstract class TreeFacts(WorkflowHost host) : IAsyncLifetime
{
    public static readonly Workflow<int, string> Child = new("conformance_child", 1, async (context, seconds) =>
    {
        await context.DelayAsync(TimeSpan.FromSeconds(seconds));
        return $"{context.InstanceId} of {context.ParentInstanceId}";
    });

    public static readonly Workflow<int, string[]> Parent = new("conformance_parent", 1, (context, count) =>
        Task.WhenAll(Enumerable.Range(1, count).Select(n => context.CallWorkflowAsync(Child, $"{context.InstanceId}.{n}", n))));

    public static readonly Workflow<string, int> Failing = new("conformance_failing", 1, async (context, message) =>
    {
        await context.DelayAsync(TimeSpan.FromSeconds(1));
        throw new FormatException(message);
    });

    public static readonly Workflow<string, string[]> ParentOfFailing = new("conformance_parent_of_failing", 1, async (context, message) =>
    {
        try
        {
            await context.CallWorkflowAsync(Failing, $"{context.InstanceId}.child", message);
            return [];
        }
        catch (StepFailedException error)
        {
            return [error.Name, error.Failure.Type, error.Failure.Message];
        }
    });

    public static readonly Workflow<int, string> ParentOfWaiting = new("conformance_parent_of_waiting", 1, (context, _) =>
        context.CallWorkflowAsync(SignalFacts.Collect, $"{context.InstanceId}.child", 1));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task SubWorkflows_AtOnce_KnowTheirParentAndReturn() =>
        Assert.Equal(new[] { "tree.1 of tree", "tree.2 of tree" }, await host.RunAsync(Parent, "tree", 2));

    [Fact]
    public async Task SubWorkflow_ThatThrows_FailsTheCallWithTypeAndMessage() =>
        Assert.Equal(new[] { "conformance_failing", "System.FormatException", "bad" }, await host.RunAsync(ParentOfFailing, "failing-tree", "bad"));

    [Fact]
    public async Task Terminate_OfAParent_LeavesTheChildRunning()
    {
        await host.StartAsync(ParentOfWaiting, "ended", 0);
        await host.UntilPublishedAsync("ended.child", "waiting");
        await host.TerminateAsync("ended");

        Assert.Equal(HostedPhase.Terminated, (await host.WaitAsync("ended")).Phase);
        Assert.Equal(HostedPhase.Running, (await host.StatusAsync("ended.child")).Phase);
        await host.SignalAsync("ended.child", "item", "a");
        Assert.Equal("a", (await host.WaitAsync("ended.child")).OutputOf(SignalFacts.Collect));
    }

    [Fact]
    public async Task Terminate_OfAChild_FailsTheCall()
    {
        await host.StartAsync(ParentOfWaiting, "bereft", 0);
        await host.UntilPublishedAsync("bereft.child", "waiting");
        await host.TerminateAsync("bereft.child");

        Assert.Equal(HostedPhase.Failed, (await host.WaitAsync("bereft")).Phase);
    }
}
