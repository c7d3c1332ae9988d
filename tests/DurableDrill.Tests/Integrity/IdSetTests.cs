using DurableDrill.Integrity;

namespace DurableDrill.Tests.Integrity;

public class IdSetTests
{
    [Theory]
    [InlineData("7", "007")]
    [InlineData("p1-1", "p1-01")]
    [InlineData("p1-1", "P1-1")]
    [InlineData("9223372036854775808", "9223372036854775809")]
    [InlineData("18446744073709551617", "1")]
    [InlineData("18446744073709551617", "018446744073709551617")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000", "550E8400-E29B-41D4-A716-446655440000")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000", "550e8400e29b41d4a716446655440000")]
    [InlineData("٣", "3")]
    [InlineData("é", "e\u0301")]
    [InlineData("a", "a ")]
    [InlineData("", "0")]
    public void Add_IdsWhoseTextsDiffer_AreTwo(string one, string other)
    {
        var set = IdSet.Of(one);

        Assert.False(set.Contains(other));
        Assert.True(set.Add(other));
        Assert.Equal(2, set.Count);
        Assert.Equal(new[] { one, other }.Order(StringComparer.Ordinal), set.Ids().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Intervals_Sequence_JoinsWhatIsConsecutive()
    {
        var set = IdSet.Of("p1-000000000003", "p1-000000000001", "p1-000000000002", "p1-000000000007", "p2-000000000008");

        Assert.Equal(
            [
                new("p1-000000000001", "p1-000000000003", 3),
                new("p1-000000000007", "p1-000000000007", 1),
                new("p2-000000000008", "p2-000000000008", 1),
            ],
            set.Intervals());
    }

    [Fact]
    public void Intervals_NaturalNumbers_GoOnAcrossTheirLengths()
    {
        var set = IdSet.Of(Enumerable.Range(7, 1000).Select(number => $"{number}"));

        Assert.Equal([new IdInterval("7", "1006", 1000)], set.Intervals());
        Assert.Equal(Enumerable.Range(7, 1000).Select(number => $"{number}"), set.Ids());
    }

    [Fact]
    public void Intervals_ZeroPaddedBesideNatural_AreNotJoined() =>
        Assert.Equal([new("9", "9", 1), new("09", "10", 2)], IdSet.Of("09", "9", "10").Intervals());

    [Fact]
    public void Add_ManyNumbersInAnyOrder_JoinAcrossChunks()
    {
        var set = new IdSet();
        for (var at = 0L; at < 200_000; at++)
        {
            // 7 and 200,000 have no factor in common: every number once, none after its neighbour.
            Assert.True(set.Add($"p1-{at * 7 % 200_000:D12}"));
        }

        set.Compact();

        Assert.Equal([new IdInterval("p1-000000000000", "p1-000000199999", 200_000)], set.Intervals());
        Assert.False(set.Add("p1-000000065536"));
    }
}
