using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Targets;
using DurableDrill.Tests.Api;

namespace DurableDrill.Tests.Drills;

/// <summary>A drill was terminated: its sub-workflows go on, and their steps do nothing for it.</summary>
public sealed class OrphanTests
{
    private static readonly ValidateRequest Everything = new("d", "orders", null, null, 0);

    // A step that did more would open the target.
    private readonly FakeHost host = new() { Life = DrillLife.Over, OpenError = new TargetException("it was opened") };

    [Fact]
    public async Task Observe_OfADrillThatIsOver_ReadsNothing() =>
        Assert.True((await new Watch(host).ObserveAsync(new("d", "orders", 1, TimeSpan.FromSeconds(2), []), default)).Orphaned);

    [Fact]
    public async Task AwaitQuiet_OfADrillThatIsOver_DoesNotWait() =>
        Assert.True((await new Watch(host).AwaitQuietAsync(new("d", "orders", default, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15)), default)).Orphaned);

    [Fact]
    public async Task Validate_OfADrillThatIsOver_ReadsNothing()
    {
        var validation = new Validation(host, new RepeatedBefore(host), 1 << 20);

        Assert.Equal("the drill is over", (await validation.ValidateAsync(Everything, default)).NotObservable);
        Assert.Equal("the drill is over", (await validation.ValidateShareAsync(new(Everything, IdSlice.All), default)).NotObservable);
        Assert.Equal("the drill is over", (await validation.MergeAsync(new(Everything, 15), default)).NotObservable);
    }

    [Fact]
    public async Task Validate_OfADrillThatRuns_OpensTheTarget()
    {
        host.Life = DrillLife.Unknown;

        await Assert.ThrowsAsync<TargetException>(() => new Validation(host, new RepeatedBefore(host), 1 << 20).ValidateAsync(Everything, default));
    }
}
