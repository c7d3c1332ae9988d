using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Tests.Sources;

public sealed class KnownValuesTests
{
    private readonly MovedTime time = new();

    [Fact]
    public async Task Read_ValueThatStandsStillForLongerThanMaxAge_IsAGapUntilItMoves()
    {
        var inner = new Counter { Value = 5 };
        var probe = Guarded(inner, ("max_age", "10s"));
        Assert.Equal(5, await probe.ReadAsync());
        time.Now += TimeSpan.FromSeconds(10);
        Assert.Equal(5, await probe.ReadAsync());
        time.Now += TimeSpan.FromSeconds(1);
        Assert.Equal("the source has said 5 for 11 s: it no longer moves", await probe.GapAsync());
        inner.Value = 6;
        Assert.Equal(6, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_TwoCallersAtOnce_TakeTurns()
    {
        var inner = new Counter { Wait = new() };
        var probe = Guarded(inner);
        var first = probe.ReadAsync(default).AsTask();
        var second = probe.ReadAsync(default).AsTask();
        Assert.Equal(1, inner.Reads);
        inner.Wait.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(2, inner.Reads);
    }

    private IProbe Guarded(IProbe inner, params (string, string)[] options) =>
        KnownValues.Of(new(Source.Spec("http", "http://127.0.0.1:1/", options), "signals.s"), inner, time);

    private sealed class Counter : IProbe
    {
        public double Value { get; set; }

        public int Reads { get; private set; }

        public TaskCompletionSource? Wait { get; init; }

        public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
        {
            Reads++;
            await (Wait?.Task ?? Task.CompletedTask);
            return new(Value);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
