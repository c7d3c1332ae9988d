using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Integrity;

public sealed class HealingTests
{
    private static readonly IntegrityResult Failed = new()
    {
        Status = IntegrityStatus.Failed,
        Reasons = ["3 lost"],
        NotObservable = [],
        Guarantee = Guarantee.ExactlyOnce,
        Expected = 10,
        Classes = new Dictionary<IdClass, ClassIds> { [IdClass.Lost] = new(3, [new("a-1", "a-3", 3)]) },
        Losses = [],
    };

    [Fact]
    public void Mark_OfLostIdsThatAreThereNow_TellsThemApartAndKeepsTheVerdict()
    {
        var marked = Healing.Mark(Failed, IdSet.Of("a-1", "a-2", "a-3"), IdSet.Of("a-2", "a-3", "a-9"));

        Assert.Equal(IntegrityStatus.Failed, marked.Status);
        Assert.Equal(3, marked.CountOf(IdClass.Lost));
        Assert.Equal([new("a-2", "a-3", 2)], marked.Classes[IdClass.Healed].Intervals);
        Assert.Equal(["3 lost", "a later replay brought back 2 of the 3 that were lost when the drill ended"], marked.Reasons);
    }

    [Fact]
    public void Mark_Again_ReplacesWhatWasSaid()
    {
        var lost = IdSet.Of("a-1", "a-2", "a-3");

        var marked = Healing.Mark(Healing.Mark(Failed, lost, IdSet.Of("a-1")), lost, lost);

        Assert.Equal(["3 lost", "a later replay brought back 3 of the 3 that were lost when the drill ended"], marked.Reasons);
    }

    [Fact]
    public void Lines_OfIntervals_ReadBackAsTheSameIds()
    {
        var ids = IdSet.Of("p1-000000000007", "p1-000000000008", "other", "x 9");

        Assert.Equal(ids.Ids(), ids.Intervals().Select(IdIntervals.Line).Select(IdIntervals.Parse).SelectMany(IdIntervals.Expand));
    }
}
