using DurableDrill.Targets;
using DurableDrill.TestServers;

namespace DurableDrill.Benchmarks.ProbeCost;

/// <summary>The shipped pipeline at 50 orders/s: real servers, generator and two processors, and its signals as targets/orders.yaml has them.</summary>
internal sealed class OrdersPipeline : IAsyncDisposable
{
    private readonly string folder = ServerProcess.NewFolder("orders");
    private readonly List<ServerProcess> processes = [];

    public required PostgresServer Postgres { get; init; }

    public required KafkaServer Kafka { get; init; }

    public int StatusPort { get; } = ServerProcess.FreePort();

    public IReadOnlyDictionary<string, SourceSpec> Signals => new Dictionary<string, SourceSpec>
    {
        ["produced"] = Spec("http", $"http://127.0.0.1:{StatusPort}/status", ("value", "$.acknowledged")),
        ["stored"] = Database(("counter", "progress.stored")),
        ["latency"] = Database(("query", "select last_latency_ms / 1000 from progress where updated_at > clock_timestamp() - interval '2 seconds' order by updated_at desc limit 1")),
        ["backlog"] = Spec("kafka", Kafka.Bootstrap, ("topic", "orders"), ("group", "processor")),
        ["up:kafka"] = Spec("tcp", Kafka.Bootstrap),
    };

    private string PasswordFile => Path.Combine(folder, "password");

    public static async Task<OrdersPipeline> StartAsync()
    {
        var pipeline = new OrdersPipeline { Postgres = await PostgresServer.StartAsync(), Kafka = await KafkaServer.StartAsync() };
        await File.WriteAllTextAsync(pipeline.PasswordFile, PostgresServer.Password);
        string[] topic = ["--bootstrap", pipeline.Kafka.Bootstrap, "--topic", "orders", "--partitions", "6"];
        pipeline.Start(
            "generator", [.. topic, "--producer", "p1", "--rate", "50", "--ledger", Path.Combine(pipeline.folder, "p1.ledger"), "--http-port", $"{pipeline.StatusPort}"]);
        foreach (var instance in new[] { "processor-1", "processor-2" })
        {
            pipeline.Start("processor", [
                .. topic, "--group", "processor", "--instance", instance, "--mode", "exactly-once", "--password-file", pipeline.PasswordFile,
                "--postgres", $"Host=127.0.0.1;Port={pipeline.Postgres.Port};Database=postgres;Username={PostgresServer.User}",
            ]);
        }

        return pipeline;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(processes.Select(process => process.StopAsync(9)));
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private void Start(string role, string[] options) => processes.Add(ServerProcess.Start(
        folder, $"{role}{processes.Count}", ["dotnet", Path.Combine(AppContext.BaseDirectory, "DurableDrill.Pipeline.dll"), role, .. options]));

    private SourceSpec Database((string Name, string Value) option) => Spec(
        "postgres", $"127.0.0.1:{Postgres.Port}", ("user", PostgresServer.User), ("password", $"file:{PasswordFile}"), option);

    private static SourceSpec Spec(string kind, string address, params (string Name, string Value)[] options) =>
        new(kind, address, options.ToDictionary(option => option.Name, option => option.Value));
}
