using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>Workflow code that leaves its turn, or waits for what is not its context's, fails with a clear message; code that only looks like it does not.</summary>
public sealed class EscapeTests
{
    private static readonly Step<int, int> Add = new("add", RetryPolicy.None);

    private static readonly Workflow<int, string> Inside = new("inside", 1, async (context, _) =>
    {
        var thread = Environment.CurrentManagedThreadId;
        var all = Task.WhenAll(context.CallAsync(Add, 1), context.CallAsync(Add, 2));
        var any = await Task.WhenAny((Task)all, context.CallAsync(Add, 3));
        await any;
        await Task.Yield();
        var continued = await all.ContinueWith(results => results.Result.Sum());
        var started = await Task.Factory.StartNew(() => continued + 1);
        var ofMany = await await Task.WhenAny(new[] { context.CallAsync(Add, 4), context.CallAsync(Add, 5), context.CallAsync(Add, 6) }.AsEnumerable());
        context.Log($"on one thread in each turn: {thread > 0}");
        return $"{continued} {started} {ofMany}";
    });

    [Fact]
    public async Task Workflow_ThatCombinesAndContinuesTasks_StaysInItsTurn()
    {
        await using var test = new TestRuntime(Catalog().Add(Inside));
        test.Runtime.Start(Inside, "inside", 0);

        var ended = await test.EndOfAsync("inside");

        Assert.Equal("5 6 5", ended.Output?.GetString() ?? ended.Failure?.Message);
    }

    [Fact]
    public async Task Workflow_ThatAwaitsAForeignTaskAndNothingElse_Stalls()
    {
        var foreign = new TaskCompletionSource();
        await using var test = new TestRuntime(Catalog().Add(Define(async _ => await foreign.Task)));

        Assert.Equal("WorkflowStalled: The workflow waits, but for nothing that its context began: it awaited a task from elsewhere.", await FailureAsync(test));
    }

    [Fact]
    public async Task Workflow_ThatAwaitsAForeignTaskBesideATimer_FailsWhenItCompletes()
    {
        var foreign = new TaskCompletionSource();
        await using var test = new TestRuntime(Catalog().Add(Define(context => Task.WhenAll(context.DelayAsync(TimeSpan.FromDays(1)), AwaitAsync(foreign.Task)))));
        test.Runtime.Start(Define(_ => Task.CompletedTask), "w", 0);
        await test.Runtime.WhenIdleAsync();

        foreign.SetResult();

        Assert.StartsWith("WorkflowEscaped: The workflow awaited something that does not come from its context", Told(await test.Runtime.WaitAsync("w")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflow_ThatLeavesWithConfigureAwaitFalse_Fails()
    {
        await using var test = new TestRuntime(Catalog().Add(Define(async context =>
        {
            await context.CallAsync(Add, 1).ConfigureAwait(false);
            await context.CallAsync(Add, 2);
        })));
        test.Runtime.Start(Define(_ => Task.CompletedTask), "w", 0);

        Assert.Matches("^Workflow(Escaped|Stalled): ", Told(await test.Runtime.WaitAsync("w")));
    }

    [Fact]
    public async Task Workflow_WhoseContextIsUsedByAnotherThread_Fails()
    {
        await using var test = new TestRuntime(Catalog().Add(Define(context =>
        {
            var thrown = Record.Exception(() => RunOnAThread(() => context.Log("from outside")));
            return thrown is InvalidOperationException ? context.DelayAsync(TimeSpan.FromDays(1)) : Task.CompletedTask;
        })));

        Assert.StartsWith("WorkflowEscaped: The workflow used its context outside of its turn", await FailureAsync(test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflow_WhoseTokenIsCancelledOutsideOfItsTurn_Fails()
    {
        using var cancellation = new CancellationTokenSource();
        await using var test = new TestRuntime(Catalog().Add(Define(context => context.DelayAsync(TimeSpan.FromDays(1), cancellation.Token))));
        test.Runtime.Start(Define(_ => Task.CompletedTask), "w", 0);
        await test.Runtime.WhenIdleAsync();

        await cancellation.CancelAsync();

        Assert.StartsWith("WorkflowEscaped: A token that the workflow passed was cancelled outside of its turn", Told(await test.Runtime.WaitAsync("w")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflow_WhoseAsyncVoidThrows_Fails()
    {
        await using var test = new TestRuntime(Catalog().Add(Define(context =>
        {
            async void Fire()
            {
                await context.CallAsync(Add, 1);
                throw new FormatException("from an async void");
            }

            Fire();
            return context.DelayAsync(TimeSpan.FromDays(1));
        })));

        Assert.Equal("System.FormatException: from an async void", await FailureAsync(test));
    }

    [Fact]
    public async Task Failure_ByEscape_LeavesOtherInstancesAlone()
    {
        await using var test = new TestRuntime(Catalog().Add(Inside).Add(Define(_ => new TaskCompletionSource().Task)));
        test.Runtime.Start(Inside, "good", 0);

        await FailureAsync(test);

        Assert.Equal(InstancePhase.Completed, (await test.EndOfAsync("good")).Phase);
    }

    private static WorkflowCatalog Catalog() => new WorkflowCatalog().Add(Add, (value, _, _) => Task.FromResult(value + 1));

    private static Workflow<int, int> Define(Func<IWorkflowContext, Task> body) => new("bad", 1, async (context, _) =>
    {
        await body(context);
        return 0;
    });

    private static async Task AwaitAsync(Task task) => await task;

    private static void RunOnAThread(Action work)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(work));
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            throw thrown;
        }
    }

    private static async Task<string> FailureAsync(TestRuntime test)
    {
        test.Runtime.Start(Define(_ => Task.CompletedTask), "w", 0);
        await test.Runtime.WhenIdleAsync();
        return Told(await test.Runtime.WaitAsync("w"));
    }

    private static string Told(InstanceStatus status) => $"{status.Failure?.Type}: {status.Failure?.Message}";
}
