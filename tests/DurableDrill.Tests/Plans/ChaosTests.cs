using DurableDrill.Plans;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Plans;

public class ChaosTests
{
    private static readonly Chaos Example = new()
    {
        Seed = 7,
        Components = ["worker", "kafka", "db"],
        Faults = ["kill", "stop"],
        Count = 4,
        Within = TimeSpan.FromMinutes(2),
        MinFor = TimeSpan.FromSeconds(5),
        MaxFor = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public void Expand_AKnownSeed_GivesAKnownTimeline() =>
        Assert.Equal(
            // Computed by an independent implementation of the documented rule.
            "kill-worker 0 8.931; stop-db 3.352 6.497; stop-kafka 62.27 14.119; kill-worker-2 67.586 8.108",
            string.Join("; ", Example.Expand().Select(f => $"{f.Id} {f.At.TotalSeconds} {f.For.TotalSeconds}")));

    [Fact]
    public void Expand_AnySeed_KeepsItsBounds() => Prop.ForAll<ulong>(seed =>
    {
        var chaos = Example with { Seed = seed };
        var faults = chaos.Expand();

        Assert.Equal(chaos.Count, faults.Count);
        Assert.Equal(TimeSpan.Zero, faults[0].At);
        Assert.Equal(faults.Count, faults.Select(f => f.Id).Distinct().Count());
        Assert.All(faults, f =>
        {
            Assert.InRange(f.For, chaos.MinFor, chaos.MaxFor);
            Assert.InRange(f.At + f.For, chaos.MinFor, chaos.Within);
            Assert.Contains(f.Fault.Component, chaos.Components);
            Assert.Contains(f.Fault.Kind, chaos.Faults);
        });
        Assert.DoesNotContain(
            from later in faults
            from earlier in faults
            where earlier.At <= later.At && earlier != later
            select Timeline.Contradiction(earlier, later), c => c is not null);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Seeded_AnotherSeed_DrawsAnotherTimeline()
    {
        var plan = new DrillPlan { Name = "chaos", Chaos = Example, Faults = Example.Expand() };

        Assert.NotEqual(plan.Faults, plan.Seeded(8).Faults);
        Assert.Equal(plan.Faults, plan.Seeded(8).Seeded(7).Faults);
    }
}
