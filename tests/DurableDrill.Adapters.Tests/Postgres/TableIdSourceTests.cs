using DurableDrill.Adapters.Sources;
using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Integrity;
using DurableDrill.Targets;
using DurableDrill.TestServers;
using Npgsql;

namespace DurableDrill.Adapters.Tests.Postgres;

[Trait("Category", "Integration")]
public class TableIdSourceTests
{
    [SkippableFact]
    public async Task Read_AllColumns_GivesIdWritesContentAndTime()
    {
        var spec = await TableAsync(
            "create table orders (id text primary key, writes int, content bigint, at timestamptz); " +
            "insert into orders values ('p1-1', 2, -2, '2026-01-01 12:00:00.123456+00'), ('p1-2', 1, null, null)",
            ("table", "orders"), ("writes", "writes"), ("content", "content"), ("at", "at"));

        var records = await Reading.AllAsync(spec);

        Assert.Equal(
            [
                new("p1-1", Writes: 2, Content: ulong.MaxValue - 1, At: new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(123456)),
                new("p1-2"),
            ],
            records);
    }

    [SkippableFact]
    public async Task Read_SeveralContentColumns_HashesThemAsTheLedgerDoes()
    {
        var spec = await TableAsync(
            "create table orders (id text, quantity int, price numeric(10,2)); insert into orders values ('p1-1', 3, 18.5)",
            ("table", "public.orders"), ("content", "id, quantity, price"));

        Assert.Equal(ContentHash.Of("p1-1", "3", "18.50"), Assert.Single(await Reading.AllAsync(spec)).Content);
    }

    [SkippableFact]
    public async Task Read_ManyRowsOfNumbersAndUuids_StreamsThemAll()
    {
        var spec = await TableAsync(
            "create table \"Odd Name\" (n bigint); insert into \"Odd Name\" select generate_series(1, 10000)", ("table", "\"Odd Name\""), ("id", "n"), ("where", "n > 10"));

        var records = await Reading.AllAsync(spec);

        Assert.Equal(9990, records.Count);
        Assert.Equal([new IdInterval("11", "10000", 9990)], IdSet.Of(records.Select(record => record.Id)).Intervals());
    }

    [SkippableTheory]
    [InlineData("id text primary key", true)]
    [InlineData("id text unique", true)]
    [InlineData("id text", false)]
    [InlineData("id text, part int, primary key (id, part)", false)]
    public async Task Describe_UniqueId_HidesDuplicates(string columns, bool hides)
    {
        var spec = await TableAsync($"create table orders ({columns})", ("table", "orders"));
        await using var source = Reading.Open(spec);

        Assert.Equal(!hides, (await source.DescribeAsync(default)).ShowsDuplicates);
    }

    [SkippableFact]
    public async Task Describe_WritesAreCounted_ShowsDuplicates()
    {
        var spec = await TableAsync("create table orders (id text primary key, writes int)", ("table", "orders"), ("writes", "writes"));
        await using var source = Reading.Open(spec);

        Assert.True((await source.DescribeAsync(default)).ShowsDuplicates);
    }

    [SkippableFact]
    public async Task ReadRepeated_CountsWritesOrRows_AndGivesUpOverTheLimit()
    {
        var counted = await TableAsync(
            "create table orders (id text primary key, writes int); insert into orders values ('p1-1', 2), ('p1-2', 1), ('p1-3', null)", ("table", "orders"), ("writes", "writes"));
        var rows = await TableAsync(
            "create table orders (id int, shop text); insert into orders values (1, 'a'), (1, 'a'), (1, 'a'), (2, 'a'), (3, 'a'), (3, 'b')", ("table", "orders"), ("where", "shop = 'a'"));

        Assert.Equal([new("p1-1", 2)], (await RepeatedAsync(counted, 1))!);
        Assert.Equal([new("1", 3)], (await RepeatedAsync(rows, 1))!);
        Assert.Null(await RepeatedAsync(rows, 0));

        static async Task<IReadOnlyDictionary<string, long>?> RepeatedAsync(SourceSpec spec, int most)
        {
            await using var source = Reading.Open(spec);
            return await ((IRepeatedIds)source).ReadRepeatedAsync(most, default);
        }
    }

    [SkippableFact]
    public async Task Read_CommitTimestamp_IsWhenTheRowWasCommitted()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-5);
        var spec = await TableAsync("create table orders (id text); insert into orders values ('1')", ("table", "orders"), ("at", "commit_timestamp"));

        Assert.InRange(Assert.Single(await Reading.AllAsync(spec)).At!.Value, before, DateTimeOffset.UtcNow.AddSeconds(5));
    }

    [SkippableFact]
    public async Task Read_NoSuchTable_SaysWhatTheServerSaidAndNoSecret()
    {
        var spec = await TableAsync("select 1", ("table", "nowhere"));

        var error = await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(spec));

        Assert.Contains("relation \"nowhere\" does not exist", error.Message);
        Assert.DoesNotContain(PostgresServer.Password, error.ToString());
    }

    [Fact]
    public async Task Read_NoServer_NamesTheServer()
    {
        var port = ServerProcess.FreePort();

        var error = await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("postgres", $"127.0.0.1:{port}", ("table", "t"))));

        Assert.Contains($"127.0.0.1:{port}", error.Message);
    }

    private static async Task<SourceSpec> TableAsync(string sql, params IReadOnlyList<(string Name, string Value)> options)
    {
        var server = await PostgresServer.SharedAsync();
        var address = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return Reading.Spec(
            "postgres", $"Host=127.0.0.1;Port={server.Port};Database={address.Database}", [("user", PostgresServer.User), ("password", "env:PG"), .. options]);
    }
}
