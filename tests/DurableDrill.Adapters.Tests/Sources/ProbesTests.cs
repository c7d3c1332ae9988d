using DurableDrill.Adapters.Sources;

namespace DurableDrill.Adapters.Tests.Sources;

public sealed class ProbesTests
{
    [Fact]
    public void Validate_UnknownKind_NamesTheKindsThereAre() => Assert.Equal(
        ["signals.s is of the kind \"kafak\", which cannot be read as a signal; allowed: kafka, postgres, cassandra, http, prometheus, flink, spark, command, file, tcp, up, container, disk"],
        Source.Mistakes("kafak", "127.0.0.1:9092"));

    [Fact]
    public void Validate_EveryKind_TakesNothingItDoesNotKnow()
    {
        foreach (var kind in Probes.Names)
        {
            Assert.Contains(Source.Mistakes(kind, "127.0.0.1:1", ("typo", "1")), mistake => mistake.StartsWith("signals.s.typo is not an option", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("kafka", "127.0.0.1:9092", "topic", "orders")]
    [InlineData("postgres", "127.0.0.1:5432", "query", "select 1")]
    [InlineData("http", "http://127.0.0.1:1/", "value", "$.a")]
    [InlineData("prometheus", "http://127.0.0.1:1", "query", "up")]
    [InlineData("flink", "http://127.0.0.1:1", "job", "orders")]
    [InlineData("spark", "http://127.0.0.1:1", "value", "batch")]
    [InlineData("command", "echo 1", "scale", "2")]
    [InlineData("file", "nowhere", "value", "lines")]
    [InlineData("tcp", "127.0.0.1:1", "unknown", "0")]
    [InlineData("up", "kafka", "unknown", "0")]
    public void Validate_CorrectSource_FindsNothingAndNeedsNoServer(string kind, string address, string option, string value) =>
        Assert.Empty(Source.Mistakes(kind, address, (option, value)));

    [Fact]
    public void CreateHealth_OtherKind_NamesWhatIsAllowed()
    {
        var error = Assert.Throws<SourceSpecException>(() =>
            Probes.CreateHealth(Source.Spec("file", "x"), "components.a.healthy", new(new(), TimeProvider.System)));
        Assert.Equal("components.a.healthy is of the kind \"file\", which tells nothing of health; allowed: tcp, http", error.Message);
    }
}
