using DurableDrill.Pipeline.Ledger;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Tests.Ledger;

public sealed class LedgerWriterTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddMicroseconds(1_795_246_551_000_123);

    private readonly string folder = Directory.CreateTempSubdirectory("ledger").FullName;
    private readonly Shop shop = new("p1", 1);

    private string Path => System.IO.Path.Combine(folder, "deep", "p1.ledger");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Session_AttemptsAndOutcomes_AreLinesOfTheFormat()
    {
        using (var ledger = Open())
        {
            ledger.Attempt(Orders(1, 3), Now.AddMicroseconds(5));
            ledger.Record('K', [3, 1]);
            ledger.Record('F', [2]);
        }

        var hashes = string.Join(' ', new Shop("p1", 1) is var same ? Enumerable.Range(1, 3).Select(i => same.Next(i, Now).Content.ToString("x16")) : []);
        Assert.Equal($"durabledrill-ledger 1 p1\nS 1795246551000123\nA 1 1795246551000128 {hashes}\nK 1,3\nF 2\n", File.ReadAllText(Path));
    }

    [Fact]
    public void Reopened_GoesOnWithWhatWasThere()
    {
        using (var first = Open())
        {
            first.Attempt(Orders(1, 5), Now);
            first.Record('K', [1, 2, 3]);
            first.Record('U', [4]);
        }

        using var second = Open();
        Assert.Equal((1, 5, 5, 3, 0), (second.Earlier.Sessions, second.Earlier.LastSequence, second.Earlier.Attempted, second.Earlier.Acknowledged, second.Earlier.Failed));
    }

    [Theory]
    [InlineData("A 4 17952465510")]
    [InlineData("K 1-")]
    [InlineData("K")]
    public void Reopened_AfterATornLine_CutsItOff(string torn)
    {
        using (var first = Open())
        {
            first.Attempt(Orders(1, 3), Now);
        }

        var whole = File.ReadAllText(Path);
        File.AppendAllText(Path, torn);
        using (var second = Open())
        {
            Assert.Equal((3, 0), (second.Earlier.LastSequence, second.Earlier.Acknowledged));
        }

        Assert.Equal($"{whole}S 1795246551000123\n", File.ReadAllText(Path));
    }

    [Fact]
    public void Reopened_TornInTheFirstLine_BeginsAnew()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, "durabledrill-led");
        Open().Dispose();
        Assert.Equal("durabledrill-ledger 1 p1\nS 1795246551000123\n", File.ReadAllText(Path));
    }

    [Fact]
    public void Opened_WhileAnotherWrites_IsRefused()
    {
        using var first = Open();
        Assert.Throws<IOException>(() => Open());
    }

    [Fact]
    public void Opened_LedgerOfAnotherProducer_IsRefusedByName()
    {
        Open().Dispose();
        var error = Assert.Throws<FormatException>(() => LedgerWriter.Open(Path, "p2", sync: false, Now));
        Assert.Contains("'p1', not of 'p2'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("something else\n", "line 1")]
    [InlineData("durabledrill-ledger 2 p1\n", "line 1")]
    [InlineData("durabledrill-ledger 1 p1\nS 1\nX 3\n", "line 3")]
    [InlineData("durabledrill-ledger 1 p1\nK 1-x\n", "line 2")]
    [InlineData("durabledrill-ledger 1 p1\n\n", "line 2")]
    public void Opened_NotALedger_IsRefusedAndNotTouched(string content, string where)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, content);
        Assert.Contains(where, Assert.Throws<FormatException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public void Attempt_MoreThanFitInALine_TakesSeveral()
    {
        using (var ledger = Open())
        {
            ledger.Attempt(Orders(1, 2500), Now);
        }

        Assert.Equal(["A 1 ", "A 1001 ", "A 2001 "], File.ReadLines(Path).Skip(2).Select(line => line[..(line.IndexOf(' ', 2) + 1)]));
        Assert.All(File.ReadLines(Path), line => Assert.InRange(line.Length, 1, 65_536));
        using var again = Open();
        Assert.Equal((2500, 2500), (again.Earlier.Attempted, again.Earlier.LastSequence));
    }

    private LedgerWriter Open() => LedgerWriter.Open(Path, "p1", sync: false, Now);

    private Order[] Orders(int first, int count) => [.. Enumerable.Range(first, count).Select(i => shop.Next(i, Now))];
}
