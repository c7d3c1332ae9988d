using System.Net.Sockets;
using Npgsql;

namespace DurableDrill.Pipeline.Processor;

/// <summary>The database as one processor sees it: one connection, opened again after an error. Calls do not retry.</summary>
internal sealed class OrderStore(ProcessorOptions options) : IDisposable
{
    // 10 s is longer than a slow link needs and shorter than anybody's patience; the connection string may say otherwise.
    private readonly string connectionString = WithDefaults(options.Postgres);
    private NpgsqlConnection? connection;
    private long batches;

    /// <summary>Writes a batch in one transaction and one round trip: offsets (where given), rows, commits, progress.</summary>
    /// <exception cref="FencedException">A partition of the batch has another owner: nothing was written.</exception>
    /// <exception cref="NpgsqlException">The database is away, or refused. The batch may have been written all the same.</exception>
    public void Write(OrderBatch batch, IReadOnlyList<Advance> advances)
    {
        using var commands = new NpgsqlBatch(Connection());
        if (advances.Count > 0)
        {
            commands.BatchCommands.Add(OrderStatements.Advance(options, advances));
        }

        if (batch.Orders.Count > 0)
        {
            commands.BatchCommands.Add(OrderStatements.Upsert(options.Instance, batch.Orders));
            commands.BatchCommands.Add(OrderStatements.Commits(options.Instance, ++batches, batch.Orders));
        }

        if (commands.BatchCommands.Count > 0)
        {
            Guard(commands.ExecuteNonQuery);
        }
    }

    /// <summary>Takes partitions: from now on nobody who took them before can write.</summary>
    public IReadOnlyList<Claim> Take(IEnumerable<int> partitions)
    {
        using var command = new NpgsqlCommand("""
            insert into offsets (group_id, topic, partition, next_offset, epoch, owner)
            select $1, $2, p, 0, 1, $3 from unnest($4) as p order by p
            on conflict (group_id, topic, partition) do update set epoch = offsets.epoch + 1, owner = excluded.owner, updated_at = clock_timestamp()
            returning partition, next_offset, epoch
            """, Connection())
        {
            Parameters = { new() { Value = options.Group }, new() { Value = options.Topic.Name }, new() { Value = options.Instance }, new() { Value = partitions.ToArray() } },
        };
        return Guard(() => Read(command));
    }

    /// <summary>Who has the partitions, and how far they are.</summary>
    public IReadOnlyList<Claim> Look(IEnumerable<int> partitions)
    {
        using var command = new NpgsqlCommand(
            "select partition, next_offset, epoch from offsets where group_id = $1 and topic = $2 and partition = any($3)", Connection())
        {
            Parameters = { new() { Value = options.Group }, new() { Value = options.Topic.Name }, new() { Value = partitions.ToArray() } },
        };
        return Guard(() => Read(command));
    }

    /// <inheritdoc/>
    public void Dispose() => connection?.Dispose();

    private static string WithDefaults(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var defaults = new NpgsqlConnectionStringBuilder
        {
            Timeout = 10,
            CommandTimeout = 10,
            CancellationTimeout = 1000,
            Pooling = false,
            MaxAutoPrepare = 16,
            AutoPrepareMinUsages = 2,
            ApplicationName = "DurableDrill.Pipeline",
        };
        foreach (var key in given.Keys.Cast<string>())
        {
            defaults[key] = given[key];
        }

        return defaults.ConnectionString;
    }

    private static List<Claim> Read(NpgsqlCommand command)
    {
        var claims = new List<Claim>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            claims.Add(new(rows.GetInt32(0), rows.GetInt64(1), rows.GetInt64(2)));
        }

        return claims;
    }

    private T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (PostgresException error) when (error.SqlState == "DD001")
        {
            throw new FencedException(error.MessageText);
        }
        catch
        {
            connection?.Dispose();
            connection = null;
            throw;
        }
    }

    /// <summary>Npgsql lets through what a connection throws that is reset at once, before it has asked it anything.</summary>
    private static void Open(NpgsqlConnection connection)
    {
        try
        {
            // Not Open(), which may wait for ever for a server that does not answer: it tries again without encryption in what is
            // left of its time, and less than a millisecond is no limit to a socket.
            connection.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new NpgsqlException(error.Message, error);
        }
    }

    private NpgsqlConnection Connection()
    {
        if (connection is { State: System.Data.ConnectionState.Open })
        {
            return connection;
        }

        connection?.Dispose();
        connection = new(connectionString);
        return Guard(() =>
        {
            Open(connection);
            Schema.Ensure(connection);

            // A processor that is frozen in the middle of a transaction must not keep its rows locked from its successor (transaction_timeout: PostgreSQL 17).
            using var limit = new NpgsqlCommand(
                "select set_config(name, '15s', false) from pg_settings where name in ('transaction_timeout', 'idle_in_transaction_session_timeout')", connection);
            limit.ExecuteNonQuery();
            return connection;
        });
    }
}

/// <summary>A partition as the offsets table has it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="NextOffset">The first offset that is not processed.</param>
/// <param name="Epoch">Grows whenever somebody takes the partition.</param>
internal readonly record struct Claim(int Partition, long NextOffset, long Epoch);

/// <summary>A step in the offsets table: from what is expected there to the next offset, by the holder of the epoch.</summary>
internal readonly record struct Advance(int Partition, long Expected, long Next, long Epoch);

/// <summary>Another instance has the partition.</summary>
internal sealed class FencedException(string message) : Exception(message);
