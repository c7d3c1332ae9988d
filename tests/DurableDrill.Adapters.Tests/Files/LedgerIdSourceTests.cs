using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Tests.Files;

public class LedgerIdSourceTests
{
    private const string Header = "durabledrill-ledger 1 p1\n";

    [Fact]
    public async Task Read_TheFormatsExample_GivesEachAttemptItsOutcome()
    {
        var records = await ReadAsync(Header +
            """
            S 1795246551000123
            A 1 1795246551010456 9f0c2e5b7a1d4388
            A 2 1795246551110502 0b5f3a9910c2d7e4 77aa01c2f3e4d5b6 12d4c8e9a0b1f2c3
            K 1-2,4
            F 3

            """);

        var at = DateTimeOffset.UnixEpoch.AddMicroseconds(1795246551010456);
        Assert.Equal(new IdRecord("p1-000000000001", Outcome.Acknowledged, 1, 0x9f0c2e5b7a1d4388, at), records[0]);
        Assert.Equal(
            [("p1-000000000001", Outcome.Acknowledged), ("p1-000000000002", Outcome.Acknowledged), ("p1-000000000004", Outcome.Acknowledged), ("p1-000000000003", Outcome.Failed)],
            records.Select(record => (record.Id, record.Outcome)));
    }

    [Fact]
    public async Task Read_SessionEndsWithoutAnOutcome_IsUnknown() =>
        Assert.Equal(
            [("p1-000000000001", Outcome.Unknown), ("p1-000000000002", Outcome.Acknowledged)],
            Outcomes(await ReadAsync(Header + "S 1\nA 1 2 0000000000000001\nS 5\nA 2 6 0000000000000002\nK 2\n")));

    [Fact]
    public async Task Read_UnterminatedLastLine_IsIgnored() =>
        Assert.Equal(
            [("p1-000000000001", Outcome.Unknown)],
            Outcomes(await ReadAsync(Header + "S 1\nA 1 2 0000000000000001\nK 1")));

    [Fact]
    public async Task Read_NumberUsedAgain_IsTwoRecordsOfOneId()
    {
        var records = await ReadAsync(Header + "S 1\nA 1 2 0000000000000001\nK 1\nS 5\nA 1 6 0000000000000002\nK 1\n");

        Assert.Equal([1UL, 2UL], records.Select(record => record.Content!.Value));
        Assert.All(records, record => Assert.Equal("p1-000000000001", record.Id));
    }

    [Fact]
    public async Task Read_NumberAttemptedTwiceInOneSession_OutcomeIsOfTheLast() =>
        Assert.Equal(
            [("p1-000000000001", Outcome.Unknown), ("p1-000000000001", Outcome.Failed)],
            Outcomes(await ReadAsync(Header + "S 1\nA 1 2 0000000000000001\nA 1 3 0000000000000001\nF 1\n")));

    [Theory]
    [InlineData("durabledrill-ledger 2 p1\n", "line 1")]
    [InlineData(Header + "X 1\n", "line 2")]
    [InlineData(Header + "S 1\nA 1 2\n", "line 3")]
    [InlineData(Header + "S 1\nA 1 2 00000000000000zz\n", "line 3")]
    [InlineData(Header + "S 1\nA 1 2 0000000000000001\nK 1-\n", "line 4")]
    [InlineData(Header + "S 1\nK 7\n", "outcome for 7")]
    public async Task Read_WhatIsNotOfTheFormat_IsAnErrorThatNamesTheLine(string content, string expected)
    {
        var error = await Assert.ThrowsAsync<IdSourceException>(() => ReadAsync(content));

        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task Read_MissingFile_IsAnErrorThatNamesIt()
    {
        var error = await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("ledger", "nowhere/p1.ledger")));

        Assert.Contains("nowhere/p1.ledger", error.Message);
    }

    [Fact]
    public async Task Read_Pattern_ReadsEveryProducersLedger()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "p1.ledger"), "durabledrill-ledger 1 p1\nS 1\nA 1 2 0000000000000001\n");
        File.WriteAllText(Path.Combine(folder, "p2.ledger"), "durabledrill-ledger 1 p2\nS 1\nA 1 2 0000000000000001\n");

        var records = await Reading.AllAsync(Reading.Spec("ledger", Path.Combine(folder, "*.ledger")));

        Assert.Equal(["p1-000000000001", "p2-000000000001"], records.Select(record => record.Id));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Describe_NoLedger_IsAbsentAndNeverAnEmptyOne()
    {
        await using var source = Reading.Open(Reading.Spec("ledger", "none"));

        Assert.True((await source.DescribeAsync(default)).IsAbsent);
    }

    private static IEnumerable<(string Id, Outcome Outcome)> Outcomes(IEnumerable<IdRecord> records) => records.Select(record => (record.Id, record.Outcome));

    private static async Task<List<IdRecord>> ReadAsync(string content)
    {
        var path = Reading.TemporaryFile(content);
        try
        {
            return await Reading.AllAsync(Reading.Spec("ledger", path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
