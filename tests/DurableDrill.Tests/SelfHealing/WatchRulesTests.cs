using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Tests.SelfHealing;

public class WatchRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Judge_OneThatIsDown_IsRestartedAfterItsBackoffWhichDoublesUpToItsMaximum()
    {
        var rules = RulesOf(new() { Restarts = 4, Backoff = Seconds(1), BackoffMax = Seconds(3) });

        Assert.Equal(WatchStepKind.Down, Assert.Single(rules.Judge(At(0), [Down("a")], DrillHolds.None)).Kind);
        var restarts = Enumerable.Range(1, 40).Where(second => Kinds(rules, second, Down("a")).Contains(WatchStepKind.Restart));

        Assert.Equal([1, 3, 6, 9], restarts);
        Assert.Equal(["a"], rules.GivenUp);
    }

    [Fact]
    public void Judge_OneThatIsGivenUp_IsToldOnceAndWatchedAgainWhenItIsUp()
    {
        var rules = RulesOf(new() { Restarts = 1, Backoff = TimeSpan.Zero, Within = Seconds(10) });
        Assert.Equal([WatchStepKind.Restart], Kinds(rules, 0, Down("a")));

        var step = Assert.Single(rules.Judge(At(1), [Down("a")], DrillHolds.None));
        Assert.Equal(WatchStepKind.GivesUp, step.Kind);
        Assert.Equal("1 restarts within 10 s did not keep it up (pid 7 has ended)", step.Detail);
        Assert.Empty(Kinds(rules, 100, Down("a")));

        Assert.Equal([WatchStepKind.Up], Kinds(rules, 101, Up("a")));
        Assert.Empty(rules.GivenUp);
        Assert.Equal([WatchStepKind.Restart], Kinds(rules, 102, Down("a")));
    }

    [Fact]
    public void Judge_OneThatRunsAndIsNotHealthy_HasItsTimeBeforeAndAfterARestart()
    {
        var rules = RulesOf(new() { UnhealthyAfter = Seconds(5), Backoff = Seconds(1) });
        var sick = new ComponentLook("a", Health.Unhealthy, "1", "no answer");

        var restarts = Enumerable.Range(0, 13).Where(second => Kinds(rules, second, sick).Contains(WatchStepKind.Restart));

        Assert.Equal([5, 10], restarts);
    }

    [Fact]
    public void Judge_OneThatComesAfterAnother_WaitsForIt()
    {
        var rules = RulesOf(new() { Backoff = TimeSpan.Zero }, ("b", ["a"]));

        var first = rules.Judge(At(0), [Down("a"), Down("b")], DrillHolds.None);
        Assert.Equal([("a", WatchStepKind.Restart), ("b", WatchStepKind.Waits)], first.Select(step => (step.Component, step.Kind)));
        Assert.Equal("waits for a", first[1].Detail);

        var second = rules.Judge(At(1), [Up("a"), Down("b")], DrillHolds.None);
        Assert.Equal([("a", WatchStepKind.Up), ("b", WatchStepKind.Restart)], second.Select(step => (step.Component, step.Kind)));
    }

    [Fact]
    public void Judge_OneThatIsLeftAlone_IsNeitherRestartedNorWaitedFor()
    {
        var target = TargetOf(new() { Backoff = TimeSpan.Zero }, ("b", ["a"]));
        var components = new Dictionary<string, ComponentDefinition>(target.Components) { ["a"] = new() { Watch = new() { Restarts = 0 } } };
        var rules = new WatchRules(target with { Components = components }, new Dictionary<string, IReadOnlyList<DateTimeOffset>>());

        var step = Assert.Single(rules.Judge(At(0), [Down("a"), Down("b")], DrillHolds.None));

        Assert.Equal(("b", WatchStepKind.Restart, "7"), (step.Component, step.Kind, step.Identity));
    }

    [Fact]
    public void Judge_RestartsOfAnEarlierWatch_Count()
    {
        var rules = new WatchRules(
            TargetOf(new() { Restarts = 2, Backoff = TimeSpan.Zero }),
            new Dictionary<string, IReadOnlyList<DateTimeOffset>> { ["a"] = [At(-400), At(-10), At(-5)] });

        Assert.Equal([WatchStepKind.GivesUp], Kinds(rules, 0, Down("a")));
        Assert.Equal([At(-10), At(-5)], rules.Restarts["a"]);
    }

    [Fact]
    public void Judge_AFrozenOne_IsLeftAlone() =>
        Assert.Empty(Kinds(RulesOf(new() { Backoff = TimeSpan.Zero }), 0, new ComponentLook("a", Health.Paused)));

    private static ComponentLook Down(string name) => new(name, Health.Down, "7", "pid 7 has ended");

    private static ComponentLook Up(string name) => new(name, Health.Up, "8");

    private static IEnumerable<WatchStepKind> Kinds(WatchRules rules, double second, ComponentLook look) =>
        rules.Judge(At(second), [look], DrillHolds.None).Select(step => step.Kind).ToList();

    private static WatchRules RulesOf(WatchPolicy policy, params (string Name, string[] After)[] others) =>
        new(TargetOf(policy, others), new Dictionary<string, IReadOnlyList<DateTimeOffset>>());

    private static TargetDefinition TargetOf(WatchPolicy policy, params (string Name, string[] After)[] others) => new()
    {
        Target = "t",
        Carrier = "processes",
        Components = others.Prepend(("a", [])).ToDictionary(each => each.Item1, each => new ComponentDefinition { After = each.Item2 }),
        Watch = policy,
    };

    private static DateTimeOffset At(double second) => Start.AddSeconds(second);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
