using DurableDrill.Adapters.Sources;
using Npgsql;

namespace DurableDrill.Adapters.Postgres;

/// <summary>How to reach a PostgreSQL database. The options of a source that are the connection's: database, user, password, tls.</summary>
internal sealed class PostgresConnection
{
    private readonly NpgsqlConnectionStringBuilder address;
    private readonly string? passwordReference;

    private PostgresConnection(NpgsqlConnectionStringBuilder address, string? passwordReference)
    {
        this.address = address;
        this.passwordReference = passwordReference;
    }

    /// <summary>For people: host, port and database, nothing else.</summary>
    public string Name => $"{address.Host}:{address.Port}/{address.Database}";

    /// <summary>Reads address (<c>HOST:PORT</c>, or Npgsql's connection string without a password) and options.</summary>
    public static PostgresConnection Of(SourceOptions options)
    {
        var builder = Parse(options);
        builder.Database = options.Optional("database") ?? builder.Database ?? "postgres";
        builder.Username = options.Optional("user") ?? builder.Username ?? "postgres";
        if (options.Optional("tls") is not null)
        {
            builder.SslMode = options.OneOf("tls", "prefer", "disable", "prefer", "require", "verify-ca", "verify-full") switch
            {
                "disable" => SslMode.Disable,
                "require" => SslMode.Require,
                "verify-ca" => SslMode.VerifyCA,
                "verify-full" => SslMode.VerifyFull,
                _ => SslMode.Prefer,
            };
        }

        if (builder.Password is not null)
        {
            options.Wrong("", "holds a password; give \"password\" as a reference, env:NAME or file:PATH");
        }

        return new(builder, options.Reference("password"));
    }

    /// <summary>An open connection; resolves the password.</summary>
    /// <param name="secret">Resolves a reference.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <param name="tune">Sets what is the caller's own: timeouts, server settings.</param>
    public async Task<NpgsqlConnection> OpenAsync(
        Func<string, string> secret, CancellationToken cancellation, Action<NpgsqlConnectionStringBuilder>? tune = null)
    {
        var tuned = new NpgsqlConnectionStringBuilder(address.ConnectionString)
        {
            Password = passwordReference is null ? null : secret(passwordReference),
            Pooling = false,
            ApplicationName = "durabledrill",
            // What a timestamp without a zone means must not depend on this machine.
            Timezone = "UTC",
        };
        tune?.Invoke(tuned);
        var connection = new NpgsqlConnection(tuned.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(SourceOptions options)
    {
        if (!options.Address.Contains('='))
        {
            var parts = options.Address.Split(':');
            if (parts is [{ Length: > 0 } host, var text] && int.TryParse(text, out var port) && port is > 0 and < 65536)
            {
                return new() { Host = host, Port = port };
            }
        }
        else
        {
            try
            {
                return new(options.Address);
            }
            catch (ArgumentException)
            {
                // The message would hold the address, and with it what should not be there.
            }
        }

        options.Wrong("", "is no address of a database; allowed: HOST:PORT, or Host=…;Port=…;Database=…;Username=…");
        return new();
    }
}
