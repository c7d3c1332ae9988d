using System.Globalization;
using System.Runtime.CompilerServices;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Cassandra;

/// <summary>
/// One number from Cassandra, on a kept connection. <c>cassandra: HOST:PORT</c>; either <c>query</c>: one row of one number, which must cost the same
/// however much there is (it reads a counter, or counts within one partition), or <c>table</c>: its rows are counted by buckets of time, see <see cref="BucketCount"/>.
/// </summary>
internal sealed class CassandraProbe(CqlEndpoint endpoint, Func<CqlConnection, CancellationToken, Task<double>> count, Secrets secrets) : IProbe
{
    private CqlConnection? connection;

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var endpoint = CqlEndpoint.Of(options);
        if (options.Optional("table") is { } table)
        {
            return new CassandraProbe(endpoint, BucketCount.Of(options, table, host.Time).ReadAsync, host.Secrets);
        }

        var query = options.Required("query", "CQL that returns one number; or \"table\" and \"bucket\", to count rows by buckets of time");
        return new CassandraProbe(endpoint, (connection, cancellation) => NumberAsync(connection, query, endpoint, cancellation), host.Secrets);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var read = false;
        try
        {
            connection ??= await CqlConnection.OpenAsync(endpoint, secrets.Resolve, cancellation);
            var value = await count(connection, cancellation);
            read = true;
            return new(value);
        }
        catch (Exception error) when (error is CqlException or SecretException)
        {
            throw new ProbeException(secrets.Redact(error.Message), error);
        }
        finally
        {
            if (!read && connection is not null)
            {
                await connection.DisposeAsync();
                connection = null;
            }
        }
    }

    public ValueTask DisposeAsync() => connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<double> NumberAsync(CqlConnection connection, string query, CqlEndpoint endpoint, CancellationToken cancellation)
    {
        await foreach (var page in connection.ReadAsync(query, 2, quorum: false, cancellation))
        {
            return page.Rows is [[{ } text]] && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw endpoint.Failed($"the query returned {(page.Rows.Count == 0 ? "no row" : "something else than one number")}");
        }

        throw endpoint.Failed("the query returned nothing");
    }
}

/// <summary>
/// The ids of a table, paged through once over all token ranges, at a quorum. <c>cassandra: HOST:PORT</c>; <c>table</c>: KEYSPACE.TABLE; <c>id</c>: a column, default id;
/// <c>writes</c>: a column that counts writes. A write of an id that is there replaces it, so without that column duplicates do not show.
/// </summary>
internal sealed class CassandraIdSource(CqlEndpoint endpoint, string table, string id, string? writes, Func<string, string> secret) : IIdSource
{
    private const int PageSize = 5000;

    public static CassandraIdSource Of(SourceOptions options, IdSourceHost host)
    {
        var source = new CassandraIdSource(
            CqlEndpoint.Of(options), CqlName.Of(options, "table", options.Required("table", "KEYSPACE.TABLE")), CqlName.Of(options, "id", options.Optional("id") ?? "id"),
            options.Optional("writes") is { } writes ? CqlName.Of(options, "writes", writes) : null, host.Secret);
        return source;
    }

    public Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation) =>
        Task.FromResult(new IdSourceTraits { Name = $"table {table}", ShowsDuplicates = writes is not null });

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await ToldAsync(() => CqlConnection.OpenAsync(endpoint, secret, cancellation));
        await using var pages = connection.ReadAsync($"select {id}{(writes is null ? "" : $", {writes}")} from {table}", PageSize, quorum: true, cancellation)
            .GetAsyncEnumerator(cancellation);
        while (await ToldAsync(() => pages.MoveNextAsync().AsTask()))
        {
            yield return [.. pages.Current.Rows.Select(RecordOf)];
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IdRecord RecordOf(string?[] row)
    {
        var count = 1;
        return row[0] is not { } text ? throw new IdSourceException($"table {table}: a row has no {id}")
            : writes is not null && !int.TryParse(row[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out count)
                ? throw new IdSourceException($"table {table}: {writes} of {text} is no whole number")
            : new(text, Writes: count);
    }

    private static async Task<T> ToldAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (CqlException error)
        {
            throw new IdSourceException(error.Message, error);
        }
    }
}

/// <summary>Names of tables and columns, which become a part of the statement.</summary>
internal static class CqlName
{
    public static string Of(SourceOptions options, string option, string name)
    {
        if (name.Length > 0 && !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '"'))
        {
            options.Wrong(option, $"is \"{name}\"; letters, digits, '_', '.' and '\"' are allowed");
        }

        return name;
    }
}
