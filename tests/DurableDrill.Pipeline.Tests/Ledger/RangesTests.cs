using DurableDrill.Pipeline.Ledger;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Pipeline.Tests.Ledger;

public sealed class RangesTests
{
    [Theory]
    [InlineData(new long[] { 1 }, "1")]
    [InlineData(new long[] { 3, 1, 2 }, "1-3")]
    [InlineData(new long[] { 1, 2, 4, 6, 7, 8 }, "1-2,4,6-8")]
    [InlineData(new long[] { 5, 5, 6 }, "5-6")]
    public void Format_Numbers_AscendAndMerge(long[] numbers, string text) => Assert.Equal([text], Ranges.Format([.. numbers], 1000));

    [Fact]
    public void Format_AnyNumbers_CountsEachOnceAndKeepsToTheLength() => Prop.ForAll<PositiveInt[]>(numbers =>
    {
        var texts = Ranges.Format([.. numbers.Select(n => (long)n.Get)], 60).ToList();
        return texts.Sum(t => Ranges.Count(t)) == numbers.Select(n => n.Get).Distinct().Count() && texts.All(t => t.Length <= 60);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("1-")]
    [InlineData("x")]
    public void Count_NotRanges_IsAnError(string text) => Assert.Throws<FormatException>(() => Ranges.Count(text));
}
