using System.Text.Json;
using DurableDrill.Plans;
using DurableDrill.Tests.Faults;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Plans;

public class DrillPlanTests
{
    [Fact]
    public void HeldFor_OneFault_HoldsItThatLong()
    {
        var plan = Read("faults: [ { kill: worker, for: 20s } ]").HeldFor(TimeSpan.FromSeconds(60));

        Assert.Equal(TimeSpan.FromSeconds(60), Assert.Single(plan.Faults).For);
    }

    [Fact]
    public void HeldFor_ATimeline_IsStretchedAsAWhole()
    {
        var plan = Read("faults: [ { kill: worker, for: 30s }, { stop: kafka, at: 5s, for: 15s } ]").HeldFor(TimeSpan.FromSeconds(60));

        Assert.Equal([(0, 60), (10, 30)], plan.Faults.Select(f => ((int)f.At.TotalSeconds, (int)f.For.TotalSeconds)));
    }

    [Fact]
    public void HeldFor_PartsInTurn_AreLeftToTheParts() => Assert.Empty(Read("each: [kafka]").HeldFor(TimeSpan.FromSeconds(60)).Faults);

    [Theory]
    [InlineData(0)]
    [InlineData(86_401)]
    public void HeldFor_OutOfRange_Throws(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Read("faults: [ { kill: worker } ]").HeldFor(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Plan_WrittenAndRead_IsTheSame() => Prop.ForAll(Plans.ToArbitrary(), plan =>
    {
        var json = JsonSerializer.Serialize(plan, DrillJson.Options);
        var back = JsonSerializer.Deserialize<DrillPlan>(json, DrillJson.Options)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, DrillJson.Options));
        Assert.Equal(plan.Faults, back.Faults);
        Assert.Equal(plan.Hypothesis, back.Hypothesis);
        Assert.Equal(plan.Each, back.Each);
        Assert.Equal((plan.Name, plan.Baseline, plan.Objectives, plan.Irreversible), (back.Name, back.Baseline, back.Objectives, back.Irreversible));
    }).QuickCheckThrowOnFailure();

    private static readonly Gen<TimeSpan> Times = Gen.Choose(1, int.MaxValue).Select(t => TimeSpan.FromTicks((long)t * 400));

    private static readonly Gen<string> Texts = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get)
        .Where(s => !s.Any(char.IsSurrogate));

    private static readonly Gen<PlannedFault> PlannedFaults =
        from id in Texts
        from fault in Gen.Elements(FaultJsonTests.Faults)
        from at in Times
        from hold in Times
        select new PlannedFault(id, fault, at, hold);

    private static readonly Gen<Bound> Bounds =
        from signal in Texts
        from min in Gen.OneOf(Gen.Constant<double?>(null), Gen.Choose(-1000, 1000).Select(n => (double?)n / 7))
        from max in Gen.OneOf(Gen.Constant<double?>(null), Gen.Choose(-1000, 1000).Select(n => (double?)n / 7))
        select new Bound(signal, min, max);

    private static readonly Gen<DrillPlan> Plans =
        from name in Texts
        from faults in PlannedFaults.ListOf()
        from bounds in Bounds.ListOf()
        from baseline in Times
        from rto in Gen.OneOf(Gen.Constant<TimeSpan?>(null), Times.Select(t => (TimeSpan?)t))
        from each in Texts.ListOf()
        from irreversible in Gen.Elements(true, false)
        select new DrillPlan
        {
            Name = name,
            Faults = [.. faults],
            Hypothesis = [.. bounds],
            Baseline = baseline,
            Objectives = new() { Rto = rto, RpoEvents = baseline.Ticks },
            Each = [.. each],
            Irreversible = irreversible,
        };

    private static DrillPlan Read(string body) => PlanReader.Read($"name: x\n{body}", "x.yaml", PlanReaderTests.Target).Value!;
}
