using DurableDrill.Faults;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Faults;

/// <summary>Who has a role follows from the readings alone.</summary>
public class RoleHolderLaws
{
    private static Arbitrary<double?[]> Readings => Gen.ArrayOf(Gen.OneOf(
        Gen.Constant((double?)null), Gen.Constant((double?)0), Gen.Choose(-3, 5).Select(n => (double?)n))).ToArbitrary();

    [Fact]
    public void TheHolder_ReadsMoreThanZero_AndNobodyMore() => Prop.ForAll(Readings, values =>
    {
        var readings = Named(values);
        var holder = RoleHolder.Of("leader", readings);

        Assert.Equal(values.Any(value => value > 0), holder is not null);
        Assert.True(holder is null || (readings[holder.Component] > 0 && !values.Any(value => value > readings[holder.Component])));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void OneThatCannotBeRead_IsToldAndChangesNothing() => Prop.ForAll(Readings, values =>
    {
        var before = RoleHolder.Of("leader", Named(values));
        var after = RoleHolder.Of("leader", Named([.. values, null]));

        Assert.Equal(before?.Component, after?.Component);
        Assert.True(after is null || after.Evidence().EndsWith("nothing", StringComparison.Ordinal));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_TwoThatReadTheSame_IsTheFirst() =>
        Assert.Equal("c2", RoleHolder.Of("busy", Named([0, 3, 3]))!.Component);

    [Fact]
    public void Evidence_NamesEveryReading() =>
        Assert.Equal("c1 reads 0, c2 0.5, c3 nothing", RoleHolder.Of("busy", Named([0, 0.5, null]))!.Evidence());

    [Fact]
    public void Json_KeepsWhoCouldNotBeRead()
    {
        var holder = RoleHolder.Of("leader", Named([1, null]))!;

        var read = DrillJson.FromElement<RoleHolder>(DrillJson.ToElement(holder));

        Assert.Equal(holder.Readings, read.Readings);
        Assert.Equal(("leader", "c1"), (read.Role, read.Component));
    }

    private static Dictionary<string, double?> Named(IEnumerable<double?> values) =>
        values.Select((value, index) => (value, index)).ToDictionary(each => $"c{each.index + 1}", each => each.value);
}
