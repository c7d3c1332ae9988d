using DurableDrill.Faults;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Faults;

public class SeededSequenceTests
{
    [Theory]
    [InlineData(0, new ulong[] { 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F })]
    [InlineData(1234567, new ulong[] { 6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821 })]
    public void Next_TheReferenceSeeds_GiveTheReferenceNumbers(ulong seed, ulong[] expected)
    {
        var sequence = new SeededSequence(seed);

        Assert.Equal(expected, expected.Select(_ => sequence.Next()));
    }

    [Fact]
    public void Below_AnyBound_StaysBelowIt() => Prop.ForAll<ulong, PositiveInt>((seed, bound) =>
        Assert.InRange(new SeededSequence(seed).Below(bound.Get), 0, bound.Get - 1)).QuickCheckThrowOnFailure();

    [Fact]
    public void Below_Six_IsFair()
    {
        var sequence = new SeededSequence(1);
        var counts = Enumerable.Range(0, 60_000).Select(_ => sequence.Below(6)).CountBy(n => n).ToDictionary();

        // Five standard deviations of a fair die thrown 60,000 times are 456.
        Assert.All(counts, c => Assert.InRange(c.Value, 10_000 - 456, 10_000 + 456));
        Assert.Equal(6, counts.Count);
    }

    [Fact]
    public void Shuffle_Anything_KeepsItsItems() => Prop.ForAll<ulong, int[]>((seed, items) =>
        Assert.Equal(items.Order(), new SeededSequence(seed).Shuffle(items).Order())).QuickCheckThrowOnFailure();
}
