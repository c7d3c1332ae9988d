using Confluent.Kafka;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Kafka;

/// <summary>
/// What a cluster's metadata says. <c>kafka: BOOTSTRAP</c> with <c>value</c>: brokers (that are alive), under_replicated (partitions of which a replica is
/// not in sync), offline (partitions without a leader), leader_changes (how often a partition's leader was another than at the reading before;
/// 0 at the first), or led (partitions that <c>broker</c>, an id, leads). Of all topics, of <c>topic</c>, or of its <c>partition</c>.
/// The connection's options as for offsets.
/// </summary>
internal sealed class ClusterProbe(KafkaConnection connection, string value, string? topic, long? partition, long? broker, Secrets secrets) : IProbe
{
    private readonly OwnThread thread = new();
    private readonly Dictionary<(string Topic, int Partition), int> leaders = [];
    private long changes;
    private IAdminClient? admin;
    private volatile string? lastHeard;

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var value = options.OneOf("value", "brokers", "brokers", "under_replicated", "offline", "leader_changes", "led");
        var topic = options.Optional("topic");
        var partition = options.Number("partition", 0, int.MaxValue);
        if (partition is not null && topic is null)
        {
            options.Wrong("partition", "needs a topic");
        }

        var broker = options.Number("broker", 0, int.MaxValue);
        if ((value == "led") != (broker is not null))
        {
            options.Wrong("broker", value == "led" ? "is missing: the id of the broker that leads" : "has no meaning here; it is for value: led");
        }

        return new ClusterProbe(KafkaConnection.Of(options), value, topic, partition, broker, host.Secrets);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return new(await thread.RunAsync(Read));
        }
        catch (SecretException error)
        {
            throw new ProbeException(error.Message);
        }
        catch (KafkaException error)
        {
            throw new ProbeException(secrets.Redact($"metadata of {connection.Bootstrap}: {error.Error.Reason}{(lastHeard is { } heard ? $" ({heard})" : "")}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await thread.RunAsync(() =>
        {
            admin?.Dispose();
            return 0;
        });
        thread.Dispose();
    }

    private double Read()
    {
        admin ??= Connect();
        var metadata = topic is null ? admin.GetMetadata(KafkaConnection.ProbePatience) : admin.GetMetadata(topic, KafkaConnection.ProbePatience);
        lastHeard = null;
        if (value == "brokers")
        {
            return metadata.Brokers.Count;
        }

        var partitions = Partitions(metadata);
        return value switch
        {
            "under_replicated" => partitions.Count(each => each.Of.InSyncReplicas.Length < each.Of.Replicas.Length),
            "offline" => partitions.Count(each => each.Of.Leader < 0),
            "led" => partitions.Count(each => each.Of.Leader == broker),
            _ => CountChanges(partitions),
        };
    }

    private List<(string Topic, PartitionMetadata Of)> Partitions(Metadata metadata)
    {
        if (topic is not null && metadata.Topics.Single() is { Error.IsError: true } missing)
        {
            throw new ProbeException($"topic {topic} at {connection.Bootstrap}: {missing.Error.Reason}");
        }

        var partitions = metadata.Topics
            .SelectMany(each => each.Partitions, (each, of) => (each.Topic, of))
            .Where(each => partition is null || each.of.PartitionId == partition).ToList();
        return partition is null || partitions.Count > 0 ? partitions : throw new ProbeException($"topic {topic} at {connection.Bootstrap} has no partition {partition}");
    }

    private long CountChanges(IEnumerable<(string Topic, PartitionMetadata Of)> partitions)
    {
        // No leader is not another leader.
        foreach (var (name, of) in partitions.Where(each => each.Of.Leader >= 0))
        {
            changes += leaders.TryGetValue((name, of.PartitionId), out var before) && before != of.Leader ? 1 : 0;
            leaders[(name, of.PartitionId)] = of.Leader;
        }

        return changes;
    }

    private IAdminClient Connect() => new AdminClientBuilder(connection.FillProbe(new AdminClientConfig(), secrets.Resolve))
        .SetLogHandler((_, log) => lastHeard = KafkaConnection.LastHeard(log, lastHeard)).SetErrorHandler((_, _) => { }).Build();
}
