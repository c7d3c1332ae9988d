using DurableDrill.Workflows;
using static DurableDrill.Conformance.ConformanceCatalog;

namespace DurableDrill.Conformance;

/// <summary>Continuing as new.</summary>
public abstract class GenerationFacts(WorkflowHost host) : IAsyncLifetime
{
    public static readonly Workflow<int[], int> CountDown = new("conformance_count_down", 1, async (context, state) =>
    {
        var (left, sum) = (state[0], state[1]);
        sum += await context.CallAsync(TwiceOf, left);
        if (left > 0)
        {
            context.ContinueAsNew(new[] { left - 1, sum });
        }

        return sum;
    });

    public static readonly Workflow<string, string> CarryOver = new("conformance_carry_over", 1, async (context, got) =>
    {
        if (got.Length == 0)
        {
            context.Publish("sleeping");
            await context.DelayAsync(TimeSpan.FromSeconds(2));
        }

        got += await context.WaitForSignalAsync<string>("item");
        if (got.Length < 3)
        {
            context.ContinueAsNew(got);
        }

        return got;
    });

    public static readonly Workflow<int, int> DropPending = new("conformance_drop_pending", 1, async (context, generation) =>
    {
        if (generation == 0)
        {
            _ = context.CallAsync(TwiceOf, 21);
            _ = context.DelayAsync(TimeSpan.FromSeconds(1));
            context.ContinueAsNew(1);
            return -1;
        }

        return await context.CallAsync(TwiceOf, 4);
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task ContinueAsNew_SeveralTimes_ReturnsTheLastGenerationsResult() =>
        Assert.Equal(2 * (5 + 4 + 3 + 2 + 1), await host.RunAsync(CountDown, "count-down", [5, 0]));

    [Fact]
    public async Task ContinueAsNew_WithSignalsThatNobodyTook_CarriesThemOverInOrder()
    {
        await host.StartAsync(CarryOver, "carry-over", "");
        await host.UntilPublishedAsync("carry-over", "sleeping");
        foreach (var item in new[] { "a", "b", "c" })
        {
            await host.SignalAsync("carry-over", "item", item);
        }

        Assert.Equal("abc", (await host.WaitAsync("carry-over")).OutputOf(CarryOver));
    }

    [Fact]
    public async Task ContinueAsNew_WithOperationsUnderWay_DropsTheirResults() =>
        Assert.Equal(8, await host.RunAsync(DropPending, "drop-pending", 0));
}
