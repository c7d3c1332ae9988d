using System.Text.Json;
using DurableDrill.Integrity;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Integrity;

/// <summary>An <see cref="IdSet"/> is a set of texts: whatever it does, a <see cref="HashSet{T}"/> does too.</summary>
public class IdSetLaws
{
    private static Arbitrary<(string[] One, string[] Other)> Two => (
        from one in Gen.ArrayOf(RandomIds.Id)
        from other in Gen.ArrayOf(RandomIds.Id)
        select (one, other)).ToArbitrary();

    [Fact]
    public void Set_AnyIds_HoldsWhatASetOfTextsHolds() => Prop.ForAll(Two, ids =>
    {
        var (set, naive) = (new IdSet(), new HashSet<string>());
        return ids.One.All(id => set.Add(id) == naive.Add(id))
            && set.Count == naive.Count
            && ids.One.Concat(ids.Other).All(id => set.Contains(id) == naive.Contains(id))
            && naive.SetEquals(set.Ids())
            && set.Intervals().Sum(interval => interval.Count) == naive.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Algebra_AnyIds_IsThatOfSetsOfTexts() => Prop.ForAll(Two, ids =>
    {
        var (one, other) = (IdSet.Of(ids.One), IdSet.Of(ids.Other));
        return ids.One.Union(ids.Other).ToHashSet().SetEquals(one.Union(other).Ids())
            && ids.One.Intersect(ids.Other).ToHashSet().SetEquals(one.Intersect(other).Ids())
            && ids.One.Except(ids.Other).ToHashSet().SetEquals(one.Except(other).Ids());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Json_AnyIds_RoundTripsAndEqualSetsAreEqualTexts() => Prop.ForAll(Two, ids =>
    {
        var set = IdSet.Of(ids.One);
        var json = JsonSerializer.Serialize(set, DrillJson.Options);
        var reversed = IdSet.Of(ids.One.Reverse());
        reversed.Compact();
        return JsonSerializer.Deserialize<IdSet>(json, DrillJson.Options)!.Ids().SequenceEqual(set.Ids())
            && JsonSerializer.Serialize(reversed, DrillJson.Options) == json;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Chunk_AnyNumbers_IsTheSameInBothForms() => Prop.ForAll(
        (from count in Gen.Choose(0, 6000) from step in Gen.Choose(1, 40) from start in Gen.Choose(0, 60000) select (count, step, start)).ToArbitrary(),
        shape =>
        {
            var numbers = Enumerable.Range(0, shape.count).Select(at => (ushort)(shape.start + at * shape.step)).ToHashSet();
            var chunk = new NumberChunk();
            foreach (var number in numbers)
            {
                chunk.Add(number);
            }

            var before = chunk.Intervals().ToList();
            chunk.Compact();
            return chunk.Count == numbers.Count
                && before.SequenceEqual(chunk.Intervals())
                && before.Sum(run => run.Last - run.First + 1) == numbers.Count
                && Enumerable.Range(0, NumberChunk.Size).All(number => chunk.Contains((ushort)number) == numbers.Contains((ushort)number));
        }).QuickCheckThrowOnFailure();
}
