using DurableDrill.Drills;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Drills;

public sealed class ComponentLooksTests
{
    private static readonly Carrier Engine = new("the engine", "1");

    [Fact]
    public void Restarted_WhenTheCarrierIsTheSame_SaysNothingOfWhatIsDown() =>
        Assert.Null(ComponentLooks.Restarted([State("a", Engine)], [State("a", Engine, ComponentStatus.Stopped)]));

    [Fact]
    public void Restarted_WhenACarrierIsNotKnown_SaysNothing()
    {
        Assert.Null(ComponentLooks.Restarted([State("a", null)], [State("a", Engine)]));
        Assert.Null(ComponentLooks.Restarted([State("a", Engine)], [State("a", null)]));
    }

    [Fact]
    public void Restarted_WhenTheCarrierWasStartedAnew_NamesWhatItLeftDown()
    {
        var anew = Engine with { Epoch = "2" };

        Assert.Equal(
            "the engine was restarted while the drill ran, and its components ended with it; b ran when the drill began, and does not now: b is here",
            ComponentLooks.Restarted(
                [State("a", Engine), State("b", Engine), State("c", Engine, ComponentStatus.Stopped)],
                [State("a", anew), State("b", anew, ComponentStatus.Stopped), State("c", anew, ComponentStatus.Stopped)]));
    }

    private static ComponentState State(string name, Carrier? carrier, ComponentStatus status = ComponentStatus.Running) =>
        new(name, status, null, null, $"{name} is here") { Carrier = carrier };
}
