using DurableDrill.Pipeline.Generator;
using DurableDrill.Tests;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Pipeline.Tests.Generator;

public sealed class PacerTests
{
    private readonly ManualTime time = new();

    [Theory]
    [InlineData(10)]
    [InlineData(3)]
    [InlineData(0.5)]
    public void UntilNext_SlowRate_IsOneInterval(double rate)
    {
        var pacer = Started(rate);
        for (var i = 0; i < 50; i++)
        {
            time.Advance(pacer.UntilNext() + TimeSpan.FromTicks(1));
            Assert.Equal(1, pacer.TakeDue());
        }
    }

    [Fact]
    public void TakeDue_WhateverTheWakeUps_DoesNotDrift() => Prop.ForAll<PositiveInt[]>(steps =>
    {
        var pacer = Started(5000);
        var (made, elapsed) = (0L, TimeSpan.Zero);
        foreach (var step in steps)
        {
            var by = TimeSpan.FromTicks(step.Get * 997L % TimeSpan.TicksPerSecond);
            time.Advance(by);
            elapsed += by;
            made += pacer.TakeDue();
        }

        return Math.Abs((elapsed.TotalSeconds * 5000) - made) <= 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TakeDue_AfterStandingStill_MakesNothingUp()
    {
        var pacer = Started(100);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, pacer.TakeDue());
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(50, pacer.TakeDue());
    }

    [Fact]
    public void TakeDue_ShortHiccup_CatchesUp()
    {
        var pacer = Started(100);
        time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(90, pacer.TakeDue());
    }

    [Fact]
    public void Restart_Faster_CountsFromNow()
    {
        var pacer = Started(10);
        time.Advance(TimeSpan.FromSeconds(0.05));
        pacer.Restart(1000);
        Assert.Equal(0, pacer.TakeDue());
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(100, pacer.TakeDue());
    }

    private Pacer Started(double rate)
    {
        var pacer = new Pacer(time);
        pacer.Restart(rate);
        return pacer;
    }
}
