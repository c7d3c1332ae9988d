using DurableDrill.Pipeline.Link;

namespace DurableDrill.Pipeline.Tests.Link;

public sealed class LinkStateTests
{
    [Fact]
    public void Parse_PartOfAState_IsTheWholeStateWithDefaults()
    {
        Assert.Equal(new LinkState(), LinkState.Parse("{}"));
        Assert.Equal(new LinkState(Cut: true), LinkState.Parse("""{"cut":true}"""));
        Assert.Equal(new LinkState(false, 100, 20, 5000), LinkState.Parse("""{"cut":false,"delay_ms":100,"jitter_ms":20,"bytes_per_second":5000}"""));
    }

    [Theory]
    [InlineData("""{"delay_ms":-1}""", "delay_ms is -1")]
    [InlineData("""{"delay_ms":600001}""", "delay_ms")]
    [InlineData("""{"delay_ms":10,"jitter_ms":11}""", "jitter_ms is 11; 0 to delay_ms, 10")]
    [InlineData("""{"bytes_per_second":0}""", "bytes_per_second is 0")]
    [InlineData("""{"loss_percent":5}""", "loss_percent")]
    [InlineData("null", "null")]
    [InlineData("cut", "allowed")]
    public void Parse_NotAState_SaysWhatIsAllowed(string json, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => LinkState.Parse(json)).Message, StringComparison.Ordinal);
}
