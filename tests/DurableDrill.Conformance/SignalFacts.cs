using DurableDrill.Workflows;

namespace DurableDrill.Conformance;

/// <summary>Signals: kept when early, one for each wait, names without case.</summary>
public abstract class SignalFacts(WorkflowHost host) : IAsyncLifetime
{
    public static readonly Workflow<int, string> Collect = new("conformance_collect", 1, async (context, count) =>
    {
        List<string> got = [];
        context.Publish("waiting");
        while (got.Count < count)
        {
            got.Add(await context.WaitForSignalAsync<string>("item"));
        }

        return string.Join(",", got);
    });

    public static readonly Workflow<int, string> CollectLate = new("conformance_collect_late", 1, async (context, count) =>
    {
        context.Publish("sleeping");
        await context.DelayAsync(TimeSpan.FromSeconds(2));
        return await Collect.Run(context, count);
    });

    public static readonly Workflow<int, string> GiveUpThenWait = new("conformance_give_up_then_wait", 1, async (context, _) =>
    {
        using var cancellation = new CancellationTokenSource();
        var wait = context.WaitForSignalAsync<string>("item", cancellation.Token);
        cancellation.Cancel();
        var first = "";
        try
        {
            await wait;
        }
        catch (OperationCanceledException)
        {
            first = "given up";
        }

        context.Publish("gave up");
        return $"{first}, then {await context.WaitForSignalAsync<string>("item")}";
    });

    public static readonly Workflow<int, string> TwoWaits = new("conformance_two_waits", 1, async (context, _) =>
    {
        var older = context.WaitForSignalAsync<string>("item");
        var newer = context.WaitForSignalAsync<string>("item");
        context.Publish("waiting");
        var first = await Task.WhenAny(older, newer) == newer ? "newer" : "older";
        await Task.WhenAll(older, newer);
        return first;
    });

    public static readonly Workflow<string[], int> Send = new("conformance_send", 1, (context, items) =>
    {
        foreach (var item in items[1..])
        {
            context.Signal(items[0], "item", item);
        }

        return Task.FromResult(items.Length - 1);
    });

    public static readonly Workflow<int, Everything> Typed = new("conformance_typed", 1, (context, _) =>
    {
        context.Publish("waiting");
        return context.WaitForSignalAsync<Everything>("item");
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Signals_ToOneWhoWaits_ArriveInOrder()
    {
        await host.StartAsync(Collect, "collect", 3);
        await host.UntilPublishedAsync("collect", "waiting");
        foreach (var item in new[] { "a", "b", "c" })
        {
            await host.SignalAsync("collect", "item", item);
        }

        Assert.Equal("a,b,c", (await host.WaitAsync("collect")).OutputOf(Collect));
    }

    [Fact]
    public async Task Signals_BeforeAnybodyWaits_AreKeptInOrder()
    {
        await host.StartAsync(CollectLate, "late", 2);
        await host.UntilPublishedAsync("late", "sleeping");
        await host.SignalAsync("late", "item", "a");
        await host.SignalAsync("late", "item", "b");

        Assert.Equal("a,b", (await host.WaitAsync("late")).OutputOf(CollectLate));
    }

    [Fact]
    public async Task SignalNames_DifferingInCase_AreTheSame()
    {
        await host.StartAsync(Collect, "case", 1);
        await host.UntilPublishedAsync("case", "waiting");
        await host.SignalAsync("case", "ITEM", "a");

        Assert.Equal("a", (await host.WaitAsync("case")).OutputOf(Collect));
    }

    [Fact]
    public async Task CancelledWait_Throws_AndTakesNoSignal()
    {
        await host.StartAsync(GiveUpThenWait, "give-up", 0);
        await host.UntilPublishedAsync("give-up", "gave up");
        await host.SignalAsync("give-up", "item", "a");

        Assert.Equal("given up, then a", (await host.WaitAsync("give-up")).OutputOf(GiveUpThenWait));
    }

    [Fact]
    public async Task TwoWaits_ForOneName_TheNewerIsServedFirst()
    {
        await host.StartAsync(TwoWaits, "two-waits", 0);
        await host.UntilPublishedAsync("two-waits", "waiting");
        await host.SignalAsync("two-waits", "item", "a");
        await host.SignalAsync("two-waits", "item", "b");

        Assert.Equal("newer", (await host.WaitAsync("two-waits")).OutputOf(TwoWaits));
    }

    [Fact]
    public async Task Signals_OfAnotherWorkflow_ArriveOnceAndInOrder()
    {
        await host.StartAsync(Collect, "receiver", 2);
        await host.UntilPublishedAsync("receiver", "waiting");
        await host.StartAsync(Send, "sender", ["receiver", "a", "b"]);

        Assert.Equal("a,b", (await host.WaitAsync("receiver")).OutputOf(Collect));
    }

    [Fact]
    public async Task Signal_ToAnInstanceThatNeverWas_IsIgnored() =>
        Assert.Equal(1, await host.RunAsync(Send, "sender-to-none", ["nobody", "a"]));

    [Fact]
    public async Task Signal_WithALongTime_AndUnicode_ArrivesUnchanged()
    {
        Everything sent = new("é", 1, 2, 3.5, 4.25m, false, DateTimeOffset.UnixEpoch.AddTicks(7), TimeSpan.FromDays(400), DayOfWeek.Friday, null, [], new Dictionary<string, double>());
        await host.StartAsync(Typed, "typed", 0);
        await host.UntilPublishedAsync("typed", "waiting");
        await host.SignalAsync("typed", "item", sent);

        var got = (await host.WaitAsync("typed")).OutputOf(Typed);

        Assert.Equal(sent with { List = got.List, Map = got.Map }, got);
    }
}
