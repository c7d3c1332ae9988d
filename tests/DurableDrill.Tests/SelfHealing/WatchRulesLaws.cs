using DurableDrill.Faults;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.SelfHealing;

/// <summary>What must hold whatever becomes of the components, whatever the policy, whenever one looks, whatever drills hold.</summary>
public class WatchRulesLaws
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names = ["a", "b", "c"];

    private static Arbitrary<Story> Stories => (
        from restarts in Gen.Choose(0, 4)
        from within in Gen.Choose(1, 60)
        from backoff in Gen.Choose(0, 5)
        from max in Gen.Choose(5, 20)
        from unhealthy in Gen.Choose(1, 10)
        from turns in Gen.ArrayOf(
            from later in Gen.Choose(0, 3000)
            from health in Gen.ArrayOf(Gen.Elements(Health.Up, Health.Down, Health.Down, Health.Down, Health.Unhealthy, Health.Paused), Names.Length)
            from held in Gen.ArrayOf(Gen.Elements(Held.No, Held.No, Held.No, Held.Open, Held.Applied, Held.LeftToWatch, Held.Reverted), Names.Length)
            select new Turn(later / 1000.0, health, held), 120)
        select new Story(
            new()
            {
                Restarts = restarts,
                Within = TimeSpan.FromSeconds(within),
                Backoff = TimeSpan.FromSeconds(backoff),
                BackoffMax = TimeSpan.FromSeconds(max),
                UnhealthyAfter = TimeSpan.FromSeconds(unhealthy),
            },
            turns)).ToArbitrary();

    [Fact]
    public void Restarts_InAnyWindow_AreNoMoreThanThePolicyAllows() => Holds(told =>
        Names.All(name => told.RestartsOf(name) is var times
            && times.All(end => times.Count(at => at <= end && at > end - told.Story.Policy.Within) <= told.Story.Policy.Restarts)));

    [Fact]
    public void AHeldComponent_IsNeverTouched() => Holds(told =>
        told.Restarts.All(each => each.Turn.HeldOf(each.Step.Component) is Held.No or Held.Reverted or Held.LeftToWatch));

    [Fact]
    public void ARestart_HealsTheTicketsThatWereLeftToTheWatch_AndNoOther() => Holds(told =>
        told.Restarts.All(each => each.Step.Heals.Count == (each.Turn.HeldOf(each.Step.Component) == Held.LeftToWatch ? 1 : 0)));

    [Fact]
    public void OnlyWhatIsDown_IsRestarted_AndNotBeforeWhatComesBeforeIt() => Holds(told => told.Restarts.All(each =>
        each.Turn.HealthOf(each.Step.Component) is Health.Down or Health.Unhealthy
        && (each.Step.Component == "a" || each.Turn.HealthOf("a") == Health.Up)));

    [Fact]
    public void BetweenTwoRestarts_IsAtLeastTheBackoff() => Holds(told =>
        Names.All(name => told.RestartsOf(name) is var times
            && times.Zip(times.Skip(1)).All(pair => pair.Second - pair.First >= told.Story.Policy.Backoff)));

    [Fact]
    public void WhatIsGivenUp_IsNotRestartedBeforeItWasUp() => Holds(told => Names.All(name =>
    {
        var given = false;
        foreach (var (turn, step) in told.Steps.Where(each => each.Step.Component == name))
        {
            given = step.Kind switch
            {
                WatchStepKind.GivesUp => true,
                WatchStepKind.Up => false,
                _ => given,
            };
            if (given && step.Kind == WatchStepKind.Restart)
            {
                return false;
            }
        }

        return true;
    }));

    [Fact]
    public void OneThatStaysDown_IsRestartedOrGivenUp() => Prop.ForAll(Stories, story =>
    {
        var rules = RulesOf(story.Policy);
        var look = Names.Select(name => new ComponentLook(name, name == "a" ? Health.Down : Health.Up)).ToList();
        var steps = Enumerable.Range(0, 200).SelectMany(second => rules.Judge(Start.AddSeconds(second), look, DrillHolds.None)).ToList();
        return steps.Count(step => step.Kind == WatchStepKind.Restart) is var restarts
            && (story.Policy.Restarts == 0 ? restarts == 0 : restarts > 0)
            && steps.Count(step => step.Kind == WatchStepKind.GivesUp) <= 1;
    }).QuickCheckThrowOnFailure();

    private static void Holds(Func<Told, bool> law) => Prop.ForAll(Stories, story => law(Tell(story))).QuickCheckThrowOnFailure();

    private static Told Tell(Story story)
    {
        var rules = RulesOf(story.Policy);
        var steps = new List<(Turn, WatchStep)>();
        var now = Start;
        foreach (var turn in story.Turns)
        {
            now = turn.At = now.AddSeconds(turn.Later);
            var tickets = Names.Where(name => turn.HeldOf(name) != Held.No).Select(name => TicketOf(name, turn.HeldOf(name)));
            steps.AddRange(rules.Judge(now, [.. Names.Select(name => new ComponentLook(name, turn.HealthOf(name)))], DrillHolds.Of("t", new([.. tickets], []), null))
                .Select(step => (turn, step)));
        }

        return new(story, steps);
    }

    private static FaultTicket TicketOf(string component, Held held) => new($"d.{component}", "d", "t", new Kill(component), Start, Start, Start)
    {
        State = held switch
        {
            Held.Open => TicketState.Open,
            Held.Reverted => TicketState.Reverted,
            _ => TicketState.Applied,
        },
        HealedBy = held is Held.LeftToWatch or Held.Open ? FaultTicket.Watch : null,
    };

    private static WatchRules RulesOf(WatchPolicy policy) => new(
        new()
        {
            Target = "t",
            Carrier = "processes",
            Components = Names.ToDictionary(name => name, name => new ComponentDefinition { After = name == "a" ? [] : ["a"] }),
            Watch = policy,
        },
        new Dictionary<string, IReadOnlyList<DateTimeOffset>>());

    private enum Held
    {
        No,
        Open,
        Applied,
        LeftToWatch,
        Reverted,
    }

    private sealed record Story(WatchPolicy Policy, Turn[] Turns);

    private sealed record Turn(double Later, Health[] Health, Held[] Held)
    {
        public DateTimeOffset At { get; set; }

        public Health HealthOf(string name) => Health[Array.IndexOf(Names, name)];

        public Held HeldOf(string name) => Held[Array.IndexOf(Names, name)];
    }

    private sealed record Told(Story Story, List<(Turn Turn, WatchStep Step)> Steps)
    {
        public IEnumerable<(Turn Turn, WatchStep Step)> Restarts => Steps.Where(each => each.Step.Kind == WatchStepKind.Restart);

        public List<DateTimeOffset> RestartsOf(string name) => [.. Restarts.Where(each => each.Step.Component == name).Select(each => each.Turn.At)];
    }
}
