using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DurableDrill.TestServers;

/// <summary>A real Kafka (KRaft) of one or several nodes, from <c>KAFKA_HOME</c>, on free ports. Node 1 is the only controller.</summary>
public sealed class KafkaServer : IAsyncDisposable
{
    private static readonly Lazy<Task<KafkaServer>> One = new(() => StartAsync());

    private readonly string folder = ServerProcess.NewFolder("kafka");
    private readonly int[] ports;
    private readonly int controller = ServerProcess.FreePort();
    private readonly ServerProcess?[] processes;
    private readonly string home;

    private KafkaServer(string home, int nodes, bool secure)
    {
        Security = secure ? new(folder) : null;
        this.home = home;
        ports = [.. Enumerable.Range(0, nodes).Select(_ => ServerProcess.FreePort())];
        processes = new ServerProcess?[nodes];
    }

    /// <summary>The addresses of all nodes.</summary>
    public string Bootstrap => string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));

    /// <summary>The secured listener of node 1; null: it has none.</summary>
    public KafkaSecurity? Security { get; }

    /// <summary>The one broker of this test process; each test takes topics of its own. Nobody stops it.</summary>
    public static Task<KafkaServer> SharedAsync() => One.Value;

    /// <summary>Nodes for one test, which may stop and kill them.</summary>
    public static async Task<KafkaServer> StartAsync(int nodes = 1, bool secure = false)
    {
        var server = new KafkaServer(Need.Distribution("KAFKA_HOME", "Kafka"), nodes, secure);
        for (var node = 1; node <= nodes; node++)
        {
            await File.WriteAllTextAsync(server.Properties(node), server.Configuration(node));
            await ServerProcess.RunAsync([server.Script("storage"), "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", server.Properties(node)], server.folder);
        }

        await Task.WhenAll(Enumerable.Range(1, nodes).Select(server.StartAgainAsync));
        return server;
    }

    /// <summary>Starts a node (1 and up) on its data, after a stop, and waits until its metadata names it.</summary>
    public async Task StartAgainAsync(int node)
    {
        var process = processes[node - 1] = ServerProcess.Start(
            folder,
            $"node{node}",
            [Script("server-start"), Properties(node)],
            new Dictionary<string, string> { ["KAFKA_HEAP_OPTS"] = "-Xms128m -Xmx384m", ["LOG_DIR"] = folder });
        using var admin = Admin($"127.0.0.1:{ports[node - 1]}");
        await process.WaitUntilAsync(() => Task.Run(() =>
        {
            if (!admin.GetMetadata(TimeSpan.FromSeconds(2)).Brokers.Any(broker => broker.Port == ports[node - 1]))
            {
                throw new InvalidOperationException($"Node {node} is not registered yet.");
            }
        }));
    }

    /// <summary>The process of a node (1 and up), for signals.</summary>
    public ServerProcess Process(int node = 1) => processes[node - 1]!;

    /// <summary>Creates a topic and waits until all its partitions have leaders.</summary>
    public async Task<string> CreateTopicAsync(string name, int partitions = 1, short replicas = 1)
    {
        using var admin = Admin(Bootstrap);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = replicas }]);
        await processes.First(process => process is not null)!.WaitUntilAsync(() => Task.Run(() =>
        {
            var topic = admin.GetMetadata(name, TimeSpan.FromSeconds(2)).Topics.Single();
            if (topic.Partitions.Count != partitions || topic.Partitions.Any(partition => partition.Leader < 0))
            {
                throw new InvalidOperationException($"Topic {name} has no leaders yet.");
            }
        }));
        return name;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(processes.OfType<ServerProcess>().Select(process => process.StopAsync(9)));
        Directory.Delete(folder, recursive: true);
    }

    private static IAdminClient Admin(string bootstrap) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    // Apache's scripts end in .sh, those of other packagings do not.
    private string Script(string name) => new[] { $"bin/kafka-{name}.sh", $"bin/kafka-{name}" }
        .Select(script => Path.Combine(home, script)).First(File.Exists);

    private string Properties(int node) => Path.Combine(folder, $"node{node}.properties");

    private string Configuration(int node)
    {
        var replicas = Math.Min(3, ports.Length);
        var security = node == 1 ? Security : null;
        var plain = $"PLAINTEXT://127.0.0.1:{ports[node - 1]}{(security is null ? "" : "," + security.Listener)}";
        return $"""
            node.id={node}
            process.roles={(node == 1 ? "broker,controller" : "broker")}
            controller.quorum.voters=1@127.0.0.1:{controller}
            listeners={plain}{(node == 1 ? $",CONTROLLER://127.0.0.1:{controller}" : "")}
            advertised.listeners={plain}
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            log.dirs={Path.Combine(folder, $"data{node}")}
            auto.create.topics.enable=false
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor={replicas}
            transaction.state.log.num.partitions=4
            transaction.state.log.replication.factor={replicas}
            transaction.state.log.min.isr=1
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000
            broker.session.timeout.ms=3000
            broker.heartbeat.interval.ms=500
            {security?.Configuration}
            """;
    }
}
