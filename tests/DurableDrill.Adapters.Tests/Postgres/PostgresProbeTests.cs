using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;
using Npgsql;

namespace DurableDrill.Adapters.Tests.Postgres;

[Trait("Category", "Integration")]
public sealed class PostgresProbeTests
{
    [SkippableTheory]
    [InlineData("select 42", 42)]
    [InlineData("select 1.5::numeric", 1.5)]
    [InlineData("select true", 1)]
    [InlineData("select interval '90 seconds'", 90)]
    public async Task Read_Query_IsItsNumber(string sql, double expected)
    {
        await using var probe = await ProbeAsync(("query", sql));
        await Eventually.EqualAsync(expected, () => probe.ReadAsync());
        Assert.Equal(expected, await probe.ReadAsync());
    }

    [SkippableTheory]
    [InlineData("select null::int", "the query returned null")]
    [InlineData("select 1 where false", "the query returned no row")]
    [InlineData("select generate_series(1, 2)", "the query returned more than one row")]
    [InlineData("select 'x'", "the query returned a String, which is no number")]
    [InlineData("select 1 from nowhere", "42P01 relation \"nowhere\" does not exist")]
    [InlineData("select pg_sleep(5)", "57014 canceling statement due to statement timeout")]
    public async Task Read_NoNumber_IsAGapWithTheReason(string sql, string reason)
    {
        await using var probe = await ProbeAsync(("query", sql));
        Assert.EndsWith(reason, await Eventually.GapAsync(probe, reason));
        Assert.EndsWith(reason, await probe.GapAsync());
    }

    [SkippableFact]
    public async Task Read_Counter_IsTheSumOfItsRows()
    {
        var server = await PostgresServer.SharedAsync();
        var connection = await server.CreateDatabaseAsync();
        await using var sql = await Sql.OpenAsync(connection);
        await sql.ExecuteAsync("create table progress (instance text primary key, stored bigint); insert into progress values ('a', 3), ('b', 4)");
        await using var probe = Probe(connection, ("counter", "progress.stored"));
        await Eventually.EqualAsync(7, () => probe.ReadAsync());
        await sql.ExecuteAsync("update progress set stored = stored + 1");
        Assert.Equal(9, await probe.ReadAsync());
    }

    [SkippableFact]
    public async Task Read_Statistics_FollowsInsertsAndTakesAResetAsAGap()
    {
        var server = await PostgresServer.SharedAsync();
        var connection = await server.CreateDatabaseAsync();
        await using var sql = await Sql.OpenAsync(connection);
        await sql.ExecuteAsync("create table t (n int)");
        await using var probe = Probe(connection, ("statistics", "public.t"));
        await sql.ExecuteAsync("insert into t select generate_series(1, 10); select pg_stat_force_next_flush()");
        await Eventually.EqualAsync(10, () => probe.ReadAsync());
        await sql.ExecuteAsync("select pg_stat_reset()");
        Assert.Contains("fell from 10 to 0: they were reset", await probe.GapAsync());
        Assert.Equal(0, await probe.ReadAsync());
    }

    [SkippableFact]
    public async Task Read_ServerKilledAndBack_IsAGapInItsWordsAndThenRight()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var probe = Probe(server.Connection(), ("query", "select 1"));
        await Eventually.EqualAsync(1, () => probe.ReadAsync());
        await server.KillAsync();
        Assert.Contains("onnection refused", await Eventually.GapAsync(probe, "refused"));
        await server.StartAgainAsync();
        await Eventually.EqualAsync(1, () => probe.ReadAsync());
    }

    [SkippableFact]
    public async Task Read_ServerFrozen_IsGivenUpAndGoesOnAfterwards()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var probe = Probe(server.Connection(), ("query", "select pg_backend_pid()"));
        var backend = (int)await probe.ReadAsync();
        PostgresServer.Signal(backend, 19);
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(0.5)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await probe.ReadAsync(patience.Token));
        }

        PostgresServer.Signal(backend, 18);
        Assert.NotEqual(backend, await probe.ReadAsync());
    }

    [SkippableFact]
    public async Task Read_WrongPassword_IsAGapWithoutIt()
    {
        var server = await PostgresServer.SharedAsync();
        Environment.SetEnvironmentVariable("PROBE_TEST_WRONG", "wr0ng-pa55");
        await using var probe = Source.Probe(
            "postgres", $"127.0.0.1:{server.Port}", ("user", PostgresServer.User), ("password", "env:PROBE_TEST_WRONG"), ("query", "select 1"));
        var gap = await Eventually.GapAsync(probe, "28P01");
        Assert.Contains("28P01 password authentication failed", gap);
        Assert.DoesNotContain("wr0ng-pa55", gap);
    }

    [SkippableFact]
    public async Task ReadOffset_ServerOfThisMachine_IsAroundZero()
    {
        await using var probe = await ProbeAsync(("query", "select 1"));
        var offset = await ((IServerClock)probe).ReadOffsetAsync(CancellationToken.None);
        Assert.InRange(0, offset!.AtLeastSeconds, offset.AtMostSeconds);
        Assert.InRange(offset.AtMostSeconds - offset.AtLeastSeconds, 0, 0.1);
    }

    private static async Task<IProbe> ProbeAsync(params (string, string)[] options) => Probe((await PostgresServer.SharedAsync()).Connection(), options);

    private static IProbe Probe(string connection, params (string, string)[] options)
    {
        Environment.SetEnvironmentVariable("PROBE_TEST_PASSWORD", PostgresServer.Password);
        var address = new NpgsqlConnectionStringBuilder(connection) { Password = null }.ConnectionString;
        return Source.Probe("postgres", address, [.. options, ("password", "env:PROBE_TEST_PASSWORD")]);
    }
}
