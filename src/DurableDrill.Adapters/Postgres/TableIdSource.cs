using System.Net.Sockets;
using System.Runtime.CompilerServices;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;
using Npgsql;

namespace DurableDrill.Adapters.Postgres;

/// <summary>The rows of a table, in one statement and so in one snapshot, streamed.</summary>
internal sealed class TableIdSource(PostgresConnection connection, TableColumns columns, Func<string, string> secret) : IIdSource, IRepeatedIds
{
    private const int BatchSize = 4096;

    /// <summary>Seconds: a drill waits for it before its first fault.</summary>
    private const int RepeatedTimeout = 20;

    /// <summary>Whether a unique index keeps a second row of an id out.</summary>
    private const string OneRowForEachId =
        """
        select exists (
          select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
          where i.indrelid = @table::regclass and i.indisunique and i.indisvalid and i.indnkeyatts = 1 and i.indpred is null and a.attname = @id)
        """;

    public static TableIdSource Of(SourceOptions options, IdSourceHost host) =>
        new(PostgresConnection.Of(options), TableColumns.Of(options), host.Secret);

    public async Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation)
    {
        var hidesDuplicates = columns.Writes is null && await ToldAsync(async () =>
        {
            await using var open = await connection.OpenAsync(secret, cancellation);
            await using var command = new NpgsqlCommand(OneRowForEachId, open);
            command.Parameters.AddWithValue("table", columns.Table);
            command.Parameters.AddWithValue("id", columns.Id);
            return (bool)(await command.ExecuteScalarAsync(cancellation))!;
        });
        return new() { Name = $"table {columns.Table}", ShowsDuplicates = !hidesDuplicates };
    }

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var open = await ToldAsync(() => connection.OpenAsync(secret, cancellation));
        await using var command = new NpgsqlCommand(columns.Query, open) { CommandTimeout = 0 };
        await using var rows = await ToldAsync(() => command.ExecuteReaderAsync(cancellation));
        while (await ToldAsync(() => NextBatchAsync(rows, cancellation)) is { Count: > 0 } batch)
        {
            yield return batch;
        }
    }

    public async Task<IReadOnlyDictionary<string, long>?> ReadRepeatedAsync(int most, CancellationToken cancellation) => await ToldAsync(async () =>
    {
        await using var open = await connection.OpenAsync(secret, cancellation);
        await using var command = new NpgsqlCommand(columns.Repeated, open) { CommandTimeout = RepeatedTimeout };
        command.Parameters.AddWithValue("most", most + 1);
        var repeated = new Dictionary<string, long>();
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            repeated[rows.GetString(0)] = rows.GetInt64(1);
        }

        return repeated.Count > most ? null : repeated;
    });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<List<IdRecord>> NextBatchAsync(NpgsqlDataReader rows, CancellationToken cancellation)
    {
        var batch = new List<IdRecord>(BatchSize);
        while (batch.Count < BatchSize && await rows.ReadAsync(cancellation))
        {
            if (rows.IsDBNull(0))
            {
                throw new IdSourceException($"table {columns.Table} at {connection.Name}: a row has no {columns.Id}");
            }

            batch.Add(columns.Read(rows));
        }

        return batch;
    }

    private async Task<T> ToldAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or SocketException or InvalidCastException or TimeoutException)
        {
            throw new IdSourceException($"table {columns.Table} at {connection.Name}: {error.Message}", error);
        }
    }
}
