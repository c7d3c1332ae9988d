using System.Text.RegularExpressions;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Postgres;

/// <summary>
/// A number out of a database. <c>postgres: HOST:PORT or CONNECTION STRING</c> with one of: <c>query</c>: SQL that returns one number; <c>counter</c>:
/// TABLE.COLUMN, summed over a table of few rows that the sink updates in its own transactions; <c>statistics</c>: [SCHEMA.]TABLE, the
/// server's own count of inserted rows. The connection's: <c>database</c>, <c>user</c>, <c>password</c> (a reference), <c>tls</c>.
/// </summary>
internal sealed partial class PostgresProbe(PostgresQuery query, bool growing) : IProbe, IServerClock
{
    private double last = double.NegativeInfinity;

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var connection = PostgresConnection.Of(options);
        var query = options.Optional("query");
        var counter = options.Optional("counter");
        var statistics = options.Optional("statistics");
        if (new[] { query, counter, statistics }.Count(option => option is not null) != 1)
        {
            options.Wrong("", "needs exactly one of query, counter, statistics");
        }

        if (counter is not null && !Column().IsMatch(counter))
        {
            options.Wrong("counter", $"is \"{counter}\"; allowed: TABLE.COLUMN or SCHEMA.TABLE.COLUMN");
        }

        if (statistics is not null)
        {
            Statistics(options, statistics);
        }

        return new PostgresProbe(new(connection, Sql(query, counter, statistics), host.Secrets, host.Time), growing: statistics is not null);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var value = await query.ScalarAsync(cancellation);
        var before = last;
        last = value;
        return growing && value < before
            ? throw new ProbeException($"the statistics fell from {before} to {value}: they were reset")
            : new(value);
    }

    public Task<ClockOffset?> ReadOffsetAsync(CancellationToken cancellation) => query.ReadOffsetAsync(cancellation);

    public ValueTask DisposeAsync() => query.DisposeAsync();

    private static void Statistics(SourceOptions options, string table)
    {
        if (!Table().IsMatch(table))
        {
            options.Wrong("statistics", $"is \"{table}\"; allowed: TABLE or SCHEMA.TABLE");
        }

        options.Warn("statistics", "has a resolution of 1 s (sessions report their counts at most once a second, later when idle), counts "
            + "rows of transactions that were rolled back, and is reset by a crash of the server; \"counter\" is exact");
    }

    private static string Sql(string? query, string? counter, string? statistics)
    {
        if (counter is not null)
        {
            var dot = counter.LastIndexOf('.');
            return $"select sum({counter[(dot + 1)..]}) from {counter[..Math.Max(dot, 0)]}";
        }

        return statistics is null
            ? query ?? ""
            : $"select n_tup_ins from pg_catalog.pg_stat_user_tables where relid = '{statistics}'::regclass";
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){1,2}$")]
    private static partial Regex Column();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?$")]
    private static partial Regex Table();
}
