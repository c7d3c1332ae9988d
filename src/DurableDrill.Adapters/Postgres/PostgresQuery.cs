using System.Globalization;
using System.Net.Sockets;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;
using Npgsql;

namespace DurableDrill.Adapters.Postgres;

/// <summary>
/// A prepared query on a connection of its own, which is opened at the first reading and again after an outage. The server gives it less than the
/// sampler's timeout, so that a slow query ends there too.
/// </summary>
internal sealed class PostgresQuery(PostgresConnection address, string sql, Secrets secrets, TimeProvider time) : IAsyncDisposable
{
    private const int PatienceMilliseconds = 900;
    private const int ClockQuestions = 5;
    private NpgsqlConnection? connection;
    private NpgsqlCommand? command;

    /// <summary>The value of the first column of the only row.</summary>
    /// <exception cref="ProbeException">No answer, no row, several rows, or no number; with the server's words.</exception>
    public Task<double> ScalarAsync(CancellationToken cancellation) => AskAsync(
        async reader =>
        {
            if (!await reader.ReadAsync(cancellation))
            {
                throw new ProbeException("the query returned no row");
            }

            var value = await reader.IsDBNullAsync(0, cancellation)
                ? throw new ProbeException("the query returned null")
                : Number(reader.GetValue(0));
            return await reader.ReadAsync(cancellation) ? throw new ProbeException("the query returned more than one row") : value;
        },
        cancellation);

    /// <summary>Rows of two whole numbers.</summary>
    /// <exception cref="ProbeException">No answer, or something else; with the server's words.</exception>
    public Task<Dictionary<int, long>> PairsAsync(CancellationToken cancellation) => AskAsync(
        async reader =>
        {
            var pairs = new Dictionary<int, long>();
            while (await reader.ReadAsync(cancellation))
            {
                pairs[Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture)] = Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture);
            }

            return pairs;
        },
        cancellation);

    /// <summary>By how much the server's clock is ahead; null when it does not answer.</summary>
    public async Task<ClockOffset?> ReadOffsetAsync(CancellationToken cancellation)
    {
        try
        {
            if (connection?.State != System.Data.ConnectionState.Open)
            {
                await ConnectAsync(cancellation);
            }

            await using var clock = new NpgsqlCommand("select clock_timestamp()", connection);
            ClockOffset? offset = null;
            for (var asked = 0; asked < ClockQuestions; asked++)
            {
                var before = time.GetUtcNow();
                var server = (DateTime)(await clock.ExecuteScalarAsync(cancellation))!;
                var one = ClockOffset.Of(before, server, time.GetUtcNow());
                offset = offset?.Narrow(one) ?? one;
            }

            return offset;
        }
        catch (Exception error) when (error is NpgsqlException or IOException or SocketException or TimeoutException or SecretException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private static double Number(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        TimeSpan interval => interval.TotalSeconds,
        IConvertible and not string and not DateTime => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => throw new ProbeException($"the query returned a {value.GetType().Name}, which is no number"),
    };

    private async Task<T> AskAsync<T>(Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            if (connection?.State != System.Data.ConnectionState.Open)
            {
                await ConnectAsync(cancellation);
            }

            await using var reader = await command!.ExecuteReaderAsync(cancellation);
            return await read(reader);
        }
        catch (SecretException error)
        {
            throw new ProbeException(error.Message);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or SocketException or TimeoutException or FormatException or InvalidCastException or OverflowException or ProbeException or IndexOutOfRangeException)
        {
            // No inner exception: what it holds is unknown, and it would be written down with its message.
            throw new ProbeException(secrets.Redact($"postgres {address.Name}: {Words(error)}"));
        }
        catch (OperationCanceledException)
        {
            // The answer may still come, to whoever asks next.
            await DropAsync();
            throw;
        }
    }

    private static string Words(Exception error) => error switch
    {
        PostgresException server => $"{server.SqlState} {server.MessageText}",
        { InnerException: { } inner } => $"{error.Message} ({inner.Message})",
        _ => error.Message,
    };

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        await DropAsync();
        connection = await address.OpenAsync(secrets.Resolve, cancellation, tuned =>
        {
            tuned.Timeout = 1;
            // A frozen server ends no query by itself; the sampler gives up earlier.
            tuned.CommandTimeout = 2;
            // A cut network answers no cancellation either.
            tuned.CancellationTimeout = -1;
            tuned.Options = $"-c statement_timeout={PatienceMilliseconds} -c stats_fetch_consistency=none";
            tuned.ApplicationName = "durabledrill-probe";
        });
        command = new(sql, connection);
        await command.PrepareAsync(cancellation);
    }

    private async Task DropAsync()
    {
        if (connection is { } old)
        {
            connection = null;
            command = null;
            await old.DisposeAsync();
        }
    }
}
