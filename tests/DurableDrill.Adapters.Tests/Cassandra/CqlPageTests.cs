using DurableDrill.Adapters.Cassandra;

namespace DurableDrill.Adapters.Tests.Cassandra;

public sealed class CqlPageTests
{
    [Fact]
    public void Parse_OfRows_ReadsEveryTypeAsTextAndWhereTheNextPageBegins()
    {
        // Rows, global table, more pages; columns: text, bigint, decimal, list<int>, uuid; one row, whose list is missing.
        var body = new CqlWriter().Int(2).Int(1 | 2).Int(5).Bytes([7, 8]).Text("ks").Text("t")
            .Text("a").Short(0x0D).Text("b").Short(0x02).Text("c").Short(0x06).Text("d").Short(0x20).Short(0x09).Text("e").Short(0x0C)
            .Int(1).Bytes("hi"u8).Bytes([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]).Bytes([0, 0, 0, 2, 0xff, 0x85]).Int(-1)
            .Bytes(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff").ToByteArray(bigEndian: true));

        var page = CqlPage.Parse(body.Body.Span);

        Assert.Equal(["a", "b", "c", "d", "e"], page.Columns);
        Assert.Equal<string?[]>(["hi", "-2", "-1.23", null, "00112233-4455-6677-8899-aabbccddeeff"], Assert.Single(page.Rows));
        Assert.Equal([7, 8], page.Next);
    }

    [Fact]
    public void Parse_OfWhatIsCutShort_SaysSo() => Assert.Contains(
        "cut short", Assert.Throws<InvalidDataException>(() => CqlPage.Parse(new CqlWriter().Int(2).Int(1).Int(1).Text("ks").Body.Span)).Message);

    [Fact]
    public void WithoutExtras_OfAnAnswerWithWarnings_IsTheAnswer() =>
        Assert.Equal([0, 0, 0, 1], CqlReader.WithoutExtras(0x08, new CqlWriter().Short(2).Text("a").Text("b").Int(1).Body.ToArray()));

    [Fact]
    public void Parse_OfAResultWithoutRows_IsAnEmptyPage() => Assert.Empty(CqlPage.Parse(new CqlWriter().Int(1).Body.Span).Rows);
}
