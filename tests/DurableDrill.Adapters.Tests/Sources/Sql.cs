using Npgsql;

namespace DurableDrill.Adapters.Tests.Sources;

/// <summary>A connection of the test's own.</summary>
internal sealed class Sql(NpgsqlConnection connection) : IAsyncDisposable
{
    public static async Task<Sql> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return new(connection);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
