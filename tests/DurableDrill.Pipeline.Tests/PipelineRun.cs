using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DurableDrill.TestServers;
using Npgsql;

namespace DurableDrill.Pipeline.Tests;

/// <summary>The pipeline's real processes for one test: a topic and a database of its own on servers that tests share.</summary>
internal sealed class PipelineRun : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private static int runs;

    private readonly string folder = ServerProcess.NewFolder("pipeline");
    private readonly List<ServerProcess> processes = [];
    private readonly string bootstrap;
    private readonly string topic = $"orders-{Interlocked.Increment(ref runs)}";

    private PipelineRun(string bootstrap, string database)
    {
        this.bootstrap = bootstrap;
        Database = database;
    }

    /// <summary>Npgsql's connection string.</summary>
    public string Database { get; }

    /// <summary>Where processors find it, when that is elsewhere.</summary>
    public string? ProcessorDatabase { get; set; }

    public string Ledger => Path.Combine(folder, "p1.ledger");

    public string Topic => topic;

    public int HttpPort { get; } = ServerProcess.FreePort();

    /// <summary>On the real broker and database.</summary>
    public static async Task<PipelineRun> StartAsync()
    {
        var kafka = await KafkaServer.SharedAsync();
        var postgres = await PostgresServer.SharedAsync();
        return new(kafka.Bootstrap, await postgres.CreateDatabaseAsync());
    }

    /// <summary>On the embedded broker; with it comes its process.</summary>
    public static async Task<(PipelineRun Run, ServerProcess Broker)> StartEmbeddedAsync()
    {
        var postgres = await PostgresServer.SharedAsync();
        var port = ServerProcess.FreePort();
        var run = new PipelineRun($"127.0.0.1:{port}", await postgres.CreateDatabaseAsync());
        return (run, run.Start("broker", "broker", "--port", $"{port}", "--topic", run.topic, "--partitions", "2"));
    }

    public ServerProcess Generator(params string[] more) => Start(
        "generator", ["generator", "--bootstrap", bootstrap, "--topic", topic, "--partitions", "2", "--http-port", $"{HttpPort}", "--ledger", Ledger, .. more]);

    public ServerProcess Processor(string instance, params string[] more) => Start(
        instance, ["processor", "--bootstrap", bootstrap, "--topic", topic, "--partitions", "2", "--group", topic, "--instance", instance, "--postgres", ProcessorDatabase ?? Database, .. more]);

    public ServerProcess Start(string name, params string[] arguments)
    {
        var process = ServerProcess.Start(folder, name, [Path.Combine(AppContext.BaseDirectory, "DurableDrill.Pipeline"), .. arguments]);
        processes.Add(process);
        return process;
    }

    public Task<JsonElement> StatusAsync() => Http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{HttpPort}/status");

    public Task<string> GetAsync(string path) => Http.GetStringAsync($"http://127.0.0.1:{HttpPort}{path}");

    public async Task<JsonElement> PostAsync(string action)
    {
        using var answer = await Http.PostAsync($"http://127.0.0.1:{HttpPort}/{action}", null);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits until a number of orders is acknowledged.</summary>
    public Task AcknowledgedAsync(long count) =>
        EventuallyAsync($"{count} acknowledged", async () => (await StatusAsync()).GetProperty("acknowledged").GetInt64() >= count);

    /// <summary>Waits until a number of orders is in the table.</summary>
    public Task StoredAsync(long count) => EventuallyAsync($"{count} stored", async () => await NumberAsync("select sum(stored) from progress") >= count);

    /// <summary>Pauses the generator and waits until nothing moves any more.</summary>
    public async Task QuietAsync()
    {
        await PostAsync("pause");
        await EventuallyAsync("nothing buffered", async () => (await StatusAsync()).GetProperty("buffered").GetInt64() == 0);
        var last = -1L;
        for (var still = 0; still < 8;)
        {
            await Task.Delay(500);
            var writes = await NumberAsync("select coalesce(sum(writes), 0) from progress");
            (still, last) = (writes == last ? still + 1 : 0, writes);
        }
    }

    /// <summary>Pauses the generator, waits until every acknowledged order is there, and for what may still come; the rows.</summary>
    public async Task<Dictionary<string, (int Writes, ulong Content)>> AllStoredAsync()
    {
        await PostAsync("pause");
        await EventuallyAsync("nothing buffered", async () => (await StatusAsync()).GetProperty("buffered").GetInt64() == 0);
        await EventuallyAsync("all stored", async () => !LedgerText.Read(Ledger).Acknowledged.Except((await RowsAsync()).Keys).Any());
        await QuietAsync();
        var rows = await RowsAsync();
        Assert.Empty(rows.Keys.Except(LedgerText.Read(Ledger).Attempts.Select(a => a.Id)));
        return rows;
    }

    /// <summary>Tries until it is so; errors on the way are taken as "not yet".</summary>
    public async Task EventuallyAsync(string what, Func<Task<bool>> holds)
    {
        var patience = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            string? seen = null;
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or NpgsqlException or TaskCanceledException)
            {
                seen = error.Message;
            }

            Assert.True(DateTime.UtcNow < patience, $"not within 60 s: {what}; {seen}\n{Logs()}");
            await Task.Delay(100);
        }
    }

    /// <summary>A number; a sum over nothing is 0.</summary>
    public async Task<long> NumberAsync(string sql) => await ScalarAsync(sql) is var value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The table of orders.</summary>
    public async Task<Dictionary<string, (int Writes, ulong Content)>> RowsAsync()
    {
        var rows = new Dictionary<string, (int, ulong)>();
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select id, writes, content from orders", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0), (reader.GetInt32(1), unchecked((ulong)reader.GetInt64(2))));
        }

        return rows;
    }

    public string Log(string name) => File.ReadAllText(Path.Combine(folder, $"{name}.log"));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(processes.Select(p => p.DisposeAsync().AsTask()));
        Directory.Delete(folder, recursive: true);
    }

    private string Logs() => string.Join('\n', Directory.GetFiles(folder, "*.log").SelectMany(f => File.ReadLines(f).TakeLast(8).Prepend(f)));
}
