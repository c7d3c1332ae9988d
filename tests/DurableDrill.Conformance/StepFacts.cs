using DurableDrill.Workflows;
using static DurableDrill.Conformance.ConformanceCatalog;

namespace DurableDrill.Conformance;

/// <summary>Steps: results, failures, retries and sizes.</summary>
public abstract class StepFacts(WorkflowHost host) : IAsyncLifetime
{
    public static readonly Workflow<Everything, Everything> EchoAll = new("conformance_echo_all", 1, (context, input) => context.CallAsync(Echo, input));

    public static readonly Workflow<int, int> DoubleInTurn = new("conformance_double_in_turn", 1, async (context, times) =>
    {
        var value = 1;
        for (var i = 0; i < times; i++)
        {
            value = await context.CallAsync(TwiceOf, value);
        }

        return value;
    });

    public static readonly Workflow<int, int[]> DoubleAtOnce = new("conformance_double_at_once", 1, (context, count) =>
        Task.WhenAll(Enumerable.Range(1, count).Select(value => context.CallAsync(TwiceOf, value))));

    public static readonly Workflow<int, double[]> Retry = new("conformance_retry", 1, async (context, attempt) =>
    {
        var began = context.Now;
        var succeeded = await context.CallAsync(SucceedAtAttempt, attempt);
        return [succeeded, (context.Now - began).TotalSeconds];
    });

    public static readonly Workflow<string, string[]> Catch = new("conformance_catch", 1, async (context, message) =>
    {
        try
        {
            await context.CallAsync(Throw, message);
            return [];
        }
        catch (StepFailedException error)
        {
            return [error.Name, error.Failure.Type, error.Failure.Message];
        }
    });

    public static readonly Workflow<string, int> LetThrough = new("conformance_let_through", 1, (context, message) => context.CallAsync(Throw, message));

    public static readonly Workflow<int, string> TooLarge = new("conformance_too_large", 1, async (context, length) =>
    {
        try
        {
            return $"{(await context.CallAsync(TextOfLength, length)).Length}";
        }
        catch (StepFailedException error)
        {
            return error.Failure.Message;
        }
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Step_WithEveryKindOfValue_GetsAndGivesItUnchanged()
    {
        Everything input = new(
            "Grüße \"+\" </script> \u2028 😀", -1, long.MaxValue, 0.1 + 0.2, 1234567890.0123456789m, true,
            new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(1234567), TimeSpan.FromTicks(123456789), DayOfWeek.Tuesday, null, [1, 2, 3],
            new Dictionary<string, double> { ["Up:kafka"] = 1e-300 });

        var output = await host.RunAsync(EchoAll, "echo", input);

        Assert.Equal(input with { List = output.List, Map = output.Map }, output);
        Assert.Equal(input.List, output.List);
        Assert.Equal(input.Map, output.Map);
    }

    [Fact]
    public async Task Steps_InTurn_EachSeeTheResultBefore() => Assert.Equal(32, await host.RunAsync(DoubleInTurn, "in-turn", 5));

    [Fact]
    public async Task Steps_AtOnce_AllReturnInTheOrderOfTheCalls() =>
        Assert.Equal(new[] { 2, 4, 6, 8, 10, 12, 14, 16 }, await host.RunAsync(DoubleAtOnce, "at-once", 8));

    [Fact]
    public async Task Step_ThatFailsTwice_IsRetriedAfterGrowingDelays()
    {
        var result = await host.RunAsync(Retry, "retry", 3);

        Assert.Equal(3, result[0]);
        Assert.InRange(result[1], 3, 3.9);
    }

    [Fact]
    public async Task Step_ThatFailsMoreOftenThanItsPolicyAllows_Fails()
    {
        await host.StartAsync(Retry, "retry-4", 4);

        var ended = await host.WaitAsync("retry-4");

        Assert.Equal(HostedPhase.Failed, ended.Phase);
        Assert.Contains("attempt 3 failed", ended.Failure!.Message);
    }

    [Fact]
    public async Task Step_ThatThrows_FailsWithTypeAndMessage() =>
        Assert.Equal(new[] { "conformance_throw", "System.FormatException", "no number" }, await host.RunAsync(Catch, "catch", "no number"));

    [Fact]
    public async Task Workflow_ThatLetsAFailureThrough_Fails()
    {
        await host.StartAsync(LetThrough, "let-through", "no number");

        var ended = await host.WaitAsync("let-through");

        Assert.Equal(HostedPhase.Failed, ended.Phase);
        Assert.Contains("no number", ended.Failure!.Message);
    }

    [Theory]
    [InlineData(16 * 1024 - 2, "16382")]
    [InlineData(16 * 1024 - 1, "reference")]
    public async Task StepResult_OverSixteenKilobytesOfJson_FailsAndSaysToStoreAReference(int length, string expected) =>
        Assert.Contains(expected, await host.RunAsync(TooLarge, $"size-{length}", length));

    [Fact]
    public async Task Start_OfAnIdThatExists_IsRefused()
    {
        await host.RunAsync(DoubleInTurn, "twice", 1);

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.StartAsync(DoubleInTurn, "twice", 1));
    }
}
