using DurableDrill.Workflows;
using static DurableDrill.Conformance.ConformanceCatalog;

namespace DurableDrill.Conformance;

/// <summary>Durable timers and the workflow's clock.</summary>
public abstract class TimerFacts(WorkflowHost host) : IAsyncLifetime
{
    public static readonly Workflow<double, double[]> Sleep = new("conformance_sleep", 1, async (context, seconds) =>
    {
        var began = context.Now;
        var again = context.Now;
        await context.DelayAsync(TimeSpan.FromSeconds(seconds));
        return [(again - began).TotalSeconds, (context.Now - began).TotalSeconds];
    });

    public static readonly Workflow<int, string> Race = new("conformance_race", 1, async (context, _) =>
    {
        var quick = context.DelayAsync(TimeSpan.FromSeconds(1));
        var slow = context.DelayAsync(TimeSpan.FromSeconds(2));
        var first = await Task.WhenAny(slow, quick) == quick ? "quick" : "slow";
        await Task.WhenAll(slow, quick);
        return first;
    });

    public static readonly Workflow<int, string> CancelTimer = new("conformance_cancel_timer", 1, async (context, seconds) =>
    {
        using var cancellation = new CancellationTokenSource();
        var timer = context.DelayAsync(TimeSpan.FromSeconds(seconds), cancellation.Token);
        await context.CallAsync(TwiceOf, 1);
        cancellation.Cancel();
        try
        {
            await timer;
            return "fired";
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
    });

    public static readonly Workflow<int, int> LeaveTimer = new("conformance_leave_timer", 1, (context, seconds) =>
    {
        _ = context.DelayAsync(TimeSpan.FromSeconds(seconds));
        context.Publish("left");
        return Task.FromResult(seconds);
    });

    public static readonly Workflow<double, bool> ZeroDelay = new("conformance_zero_delay", 1, async (context, seconds) =>
    {
        var delay = context.DelayAsync(TimeSpan.FromSeconds(seconds));
        var later = !delay.IsCompleted;
        await delay;
        return later;
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Delay_OfThreeSeconds_MovesNowByThat()
    {
        var moved = await host.RunAsync(Sleep, "sleep", 3.0);

        Assert.Equal(0, moved[0]);
        Assert.InRange(moved[1], 3, 5);
    }

    [Fact]
    public async Task Delays_AtOnce_FireInTheOrderOfTheirTimes() => Assert.Equal("quick", await host.RunAsync(Race, "race", 0));

    [Fact]
    public async Task CancelledDelay_Throws_AndHoldsTheInstanceNoLonger()
    {
        await host.StartAsync(CancelTimer, "cancel-timer", 100_000);
        await host.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("cancelled", (await host.StatusAsync("cancel-timer")).OutputOf(CancelTimer));
    }

    [Fact]
    public async Task Workflow_ThatReturnsWithAnOpenTimer_EndsWhenTheTimerHasFired()
    {
        await host.StartAsync(LeaveTimer, "leave-timer", 4);
        await host.UntilPublishedAsync("leave-timer", "left");

        Assert.Equal(HostedPhase.Running, (await host.StatusAsync("leave-timer")).Phase);
        Assert.Equal(4, (await host.WaitAsync("leave-timer")).OutputOf(LeaveTimer));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-5.0)]
    public async Task Delay_OfZeroOrLess_ReturnsInALaterTurn(double seconds) =>
        Assert.True(await host.RunAsync(ZeroDelay, $"zero{seconds}", seconds));
}
