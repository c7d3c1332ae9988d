using DurableDrill.Drills;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Drills;

public sealed class TargetLookTests
{
    private static readonly Carrier Engine = new("the engine", "1");

    [Fact]
    public void Restarted_WhenTheCarrierIsTheSame_SaysNothingOfWhatIsDown() =>
        Assert.Null(new TargetLook(Engine, [State("a", ComponentStatus.Stopped)]).RestartedSince(new(Engine, [State("a")])));

    [Fact]
    public void Restarted_WhenACarrierIsNotKnown_SaysNothing()
    {
        Assert.Null(new TargetLook(Engine, [State("a")]).RestartedSince(new(null, [State("a")])));
        Assert.Null(new TargetLook(null, [State("a")]).RestartedSince(new(Engine, [State("a")])));
    }

    [Fact]
    public void Restarted_WhenTheCarrierWasStartedAnew_NamesWhatItLeftDown()
    {
        var after = new TargetLook(Engine with { Epoch = "2" }, [State("a"), State("b", ComponentStatus.Stopped), State("c", ComponentStatus.Stopped)]);

        Assert.Equal(
            "the engine was restarted while the drill ran, and its components ended with it; b ran when the drill began, and does not now: b is here",
            after.RestartedSince(new(Engine, [State("a"), State("b"), State("c", ComponentStatus.Stopped)])));
    }

    private static ComponentState State(string name, ComponentStatus status = ComponentStatus.Running) => new(name, status, null, null, $"{name} is here");
}
