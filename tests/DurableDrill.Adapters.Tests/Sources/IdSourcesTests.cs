using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Tests.Sources;

public class IdSourcesTests
{
    [Fact]
    public void Create_ManyMistakes_NamesEachWithItsPath()
    {
        var error = Assert.Throws<SourceSpecException>(() => Reading.Open(Reading.Spec(
            "kafka", "localhost:9092", ("id", "uid"), ("committed", "yes"), ("timeout", "0"), ("topik", "orders"))));

        Assert.Equal(
            ["integrity.actual.committed", "integrity.actual.id", "integrity.actual.timeout", "integrity.actual.topic", "integrity.actual.topik"],
            error.Findings.Select(finding => finding.Path).Order(StringComparer.Ordinal));
        Assert.Contains(error.Findings, finding => finding.Message.Contains("allowed: at, ca, committed, content, id"));
    }

    [Fact]
    public void Create_UnknownKind_SaysWhichThereAre()
    {
        var error = Assert.Throws<SourceSpecException>(() => Reading.Open(Reading.Spec("mongodb", "localhost")));

        Assert.Contains("allowed: ledger, kafka, postgres, cassandra, sequence, file, command, log", Assert.Single(error.Findings).Message);
    }

    [Theory]
    [InlineData("Host=localhost;Password=tr0ub4dor;Oops=1")]
    [InlineData("Host=localhost;Password=tr0ub4dor")]
    public void Create_PasswordInTheAddress_IsRefusedAndNotRepeated(string address)
    {
        var error = Assert.Throws<SourceSpecException>(() => Reading.Open(Reading.Spec("postgres", address, ("table", "orders"))));

        Assert.DoesNotContain("tr0ub4dor", error.ToString());
    }

    [Theory]
    [InlineData("orders; drop table orders")]
    [InlineData("a.b.c")]
    [InlineData("1st")]
    public void Create_NoNameOfATable_IsRefused(string table) =>
        Assert.Throws<SourceSpecException>(() => Reading.Open(Reading.Spec("postgres", "localhost:5432", ("table", table))));

    [Fact]
    public async Task Sequence_OfACounter_IsReadWhenTheIdsAre() =>
        Assert.Equal(["p1-01", "p1-02", "p1-03"], (await Reading.AllAsync(Reading.Spec("sequence", "p1-", ("signal", "produced"), ("digits", "2")))).Select(record => record.Id));

    [Fact]
    public async Task Sequence_Fixed_GoesFromTheFirstToTheLast() =>
        Assert.Equal(["8", "9", "10"], (await Reading.AllAsync(Reading.Spec("sequence", "", ("from", "8"), ("to", "10")))).Select(record => record.Id));

    [Fact]
    public async Task Sequence_WhoseCounterFails_SaysSo()
    {
        var error = await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("sequence", "p1-", ("signal", "sold"))));

        Assert.Contains("no signal sold", error.Message);
    }

    [Theory]
    [InlineData("$.id", "7")]
    [InlineData("$.order.lines[1].price", "18.50")]
    [InlineData("$['odd name']", "x")]
    [InlineData("$.none", null)]
    [InlineData("$.order.lines[2]", null)]
    [InlineData("$.nothing", null)]
    public void JsonPath_OfADocument_FindsTheTextAsWritten(string path, string? expected)
    {
        using var json = System.Text.Json.JsonDocument.Parse("""{"id":7,"odd name":"x","nothing":null,"order":{"lines":[{},{"price":18.50}]}}""");

        Assert.Equal(expected, JsonPath.TryParse(path)!.FindText(json.RootElement));
    }

    [Fact]
    public void ContentHash_OfTheLedgersExample_IsFnv1aOfItsTexts()
    {
        // The reference values of FNV-1a, 64 bits.
        Assert.Equal(0xcbf29ce484222325, ContentHash.Of(""));
        Assert.Equal(0xaf63dc4c8601ec8c, ContentHash.Of("a"));
        Assert.Equal(0x85944171f73967e8, ContentHash.Of("foobar"));
        Assert.Equal(ContentHash.Of("a|b"), ContentHash.Of("a", "b"));
    }
}
