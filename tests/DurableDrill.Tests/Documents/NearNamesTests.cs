using DurableDrill.Documents;

namespace DurableDrill.Tests.Documents;

public class NearNamesTests
{
    [Theory]
    [InlineData("kafka", "kafka", 0)]
    [InlineData("kafak", "kafka", 1)]
    [InlineData("kafa", "kafka", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    public void Distance_OfWords_CountsEdits(string a, string b, int expected)
    {
        Assert.Equal(expected, NearNames.Distance(a, b));
        Assert.Equal(expected, NearNames.Distance(b, a));
    }

    [Theory]
    [InlineData("Kafka", "did you mean \"kafka\"? allowed: db, kafka")]
    [InlineData("postgres", "allowed: db, kafka")]
    public void Hint_OnlyNearNames_AreGuessed(string found, string hint) => Assert.Equal(hint, NearNames.Hint(found, ["kafka", "db"]));
}
