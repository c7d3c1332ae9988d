using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>What a replay shows and what it finds: code that no longer matches its history.</summary>
public sealed class ReplayTests
{
    private static readonly Step<string, string> Upper = new("upper", RetryPolicy.None);
    private static readonly Step<string, string> Lower = new("lower", RetryPolicy.None);

    private static readonly Workflow<string, string> Original = Define(async (context, input) =>
    {
        context.Log($"began, replaying {context.IsReplaying}");
        var upper = await context.CallAsync(Upper, input);
        context.Log($"upper, replaying {context.IsReplaying}");
        await context.DelayAsync(TimeSpan.FromSeconds(5));
        context.Log($"slept, replaying {context.IsReplaying}");
        return upper;
    });

    [Fact]
    public async Task Log_OverARestart_WritesEachLineOnce()
    {
        await using var first = await BegunAsync();
        await using var second = Resumed(first, Original);

        Assert.Equal(ResumeResult.Resumed, Assert.Single(second.Runtime.ResumeAll()).Result);
        var ended = await second.EndOfAsync("w");

        Assert.Equal("A", ended.Output?.GetString());
        Assert.Equal(["w: began, replaying False", "w: upper, replaying False"], first.Log);
        Assert.Equal(["w: slept, replaying False"], second.Log);
    }

    public static TheoryData<string, Workflow<string, string>, string> Changed => new()
    {
        { "another step", Define(async (context, input) => await context.CallAsync(Lower, input)), "event 3: the history no longer matches the code of the workflow. Expected {\"event\":\"step_scheduled\"" },
        {
            "another input",
            Define(async (context, input) =>
            {
                return await context.CallAsync(Upper, input + "!");
            }),
            "event 3: the history no longer matches the code of the workflow. Expected {\"event\":\"step_scheduled\",\"step\":\"upper\",\"attempt\":1,\"input\":\"a\",\"id\":1}; came {\"event\":\"step_scheduled\",\"step\":\"upper\",\"attempt\":1,\"input\":\"a!\",\"id\":1}"
        },
        {
            "nothing more",
            Define((context, input) =>
            {
                return Task.FromResult(input);
            }),
            "event 3: the history no longer matches the code of the workflow. Expected {\"event\":\"step_scheduled\""
        },
        {
            "another delay",
            Define(async (context, input) =>
            {
                await context.CallAsync(Upper, input);
                await context.DelayAsync(TimeSpan.FromSeconds(6));
                return input;
            }),
            "event 6: the history no longer matches the code of the workflow. Expected {\"event\":\"timer_created\""
        },
        {
            "one more command",
            Define(async (context, input) =>
            {
                var upper = context.CallAsync(Upper, input);
                context.Signal("nobody", "more", null);
                return await upper;
            }),
            "event 4: the history no longer matches the code of the workflow. Expected {\"event\":\"step_completed\""
        },
    };

    [Theory]
    [MemberData(nameof(Changed))]
    public async Task Resume_WithChangedCode_FailsAndNamesEventExpectedAndCame(string change, Workflow<string, string> code, string expected)
    {
        await using var first = await BegunAsync();
        await using var second = Resumed(first, code);

        var outcome = Assert.Single(second.Runtime.ResumeAll());

        Assert.Equal(ResumeResult.NonDeterministic, outcome.Result);
        Assert.Contains(expected, outcome.Detail.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var status = await second.Runtime.WaitAsync("w");
        Assert.Equal((InstancePhase.Failed, "NonDeterminism"), (status.Phase, status.Failure!.Type));
        Assert.NotEmpty(change);
    }

    [Fact]
    public async Task Resume_WithAnotherVersion_LeavesTheInstanceToTheHost()
    {
        await using var first = await BegunAsync();
        var history = first.HistoryOf("w");
        await using var second = Resumed(first, Original with { Version = 2 });

        var outcome = Assert.Single(second.Runtime.ResumeAll());

        Assert.Equal(new ResumeOutcome("w", ResumeResult.OtherVersion, "Its history is of changing version 1; this program has version 2."), outcome);
        Assert.Equal(history, second.HistoryOf("w"));
        Assert.True(second.Runtime.Terminate("w", "no code for it"));
        Assert.Equal(InstancePhase.Terminated, (await second.Runtime.WaitAsync("w")).Phase);
    }

    [Fact]
    public async Task Resume_WithoutTheWorkflow_LeavesTheInstanceToTheHost()
    {
        await using var first = await BegunAsync();
        await using var second = Resumed(first, null);

        Assert.Equal("Its history is of changing version 1; this program has none.", Assert.Single(second.Runtime.ResumeAll()).Detail);
    }

    private static Workflow<string, string> Define(Func<IWorkflowContext, string, Task<string>> body) => new("changing", 1, body);

    private static WorkflowCatalog Catalog(Workflow<string, string>? code)
    {
        var catalog = new WorkflowCatalog()
            .Add(Upper, (text, _, _) => Task.FromResult(text.ToUpperInvariant()))
            .Add(Lower, (text, _, _) => Task.FromResult(text.ToLowerInvariant()));
        return code is null ? catalog : catalog.Add(code);
    }

    /// <summary>The original code, stopped while its timer runs.</summary>
    private static async Task<TestRuntime> BegunAsync()
    {
        var test = new TestRuntime(Catalog(Original));
        test.Runtime.Start(Original, "w", "a");
        await test.Runtime.WhenIdleAsync();
        await test.StopAsync();
        return test;
    }

    private static TestRuntime Resumed(TestRuntime first, Workflow<string, string>? code) =>
        new(Catalog(code), first.Folder, time: first.Time, keepFolder: true);
}
