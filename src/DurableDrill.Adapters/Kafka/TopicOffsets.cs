using Confluent.Kafka;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Kafka;

/// <summary>
/// Reads a topic's offsets with few requests: one for each broker for all its partitions, and one to the group's coordinator. All calls of one
/// reading together wait at most for <see cref="KafkaConnection.ProbePatience"/>. Offsets count what is in the log, so the markers of transactions too.
/// </summary>
internal sealed class TopicOffsets(KafkaConnection connection, string topic, string? group, Func<string, string> secret, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromMilliseconds(50);

    /// <summary>So soon a new partition is seen.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(2);

    private IConsumer<Ignore, Ignore>? consumer;
    private IAdminClient? admin;
    private IReadOnlyList<TopicPartition> partitions = [];
    private long? refreshedAt;
    private long began;
    private volatile string? lastHeard;

    /// <summary>Begins a reading: its patience runs from here.</summary>
    public void Begin() => began = time.GetTimestamp();

    /// <summary>The end offset of every partition.</summary>
    public IReadOnlyDictionary<int, long> Ends() => Asked(client =>
    {
        // A time of -1 asks for the end: one request for all partitions of a broker, where watermarks take two for each partition.
        var end = new Timestamp(-1, TimestampType.NotAvailable);
        return Offsets(client.OffsetsForTimes(Partitions(client).Select(partition => new TopicPartitionTimestamp(partition, end)), Left()));
    });

    /// <summary>The group's committed position in every partition; -1001 where it has none.</summary>
    public IReadOnlyDictionary<int, long> Committed() => Asked(client => Offsets(client.Committed(Partitions(client), Left())));

    /// <inheritdoc/>
    public void Dispose()
    {
        admin?.Dispose();
        consumer?.Dispose();
    }

    private TimeSpan Left()
    {
        var left = KafkaConnection.ProbePatience - time.GetElapsedTime(began);
        return left > LastMoment ? left : LastMoment;
    }

    private static Dictionary<int, long> Offsets(IEnumerable<TopicPartitionOffset> answers) =>
        answers.ToDictionary(answer => answer.Partition.Value, answer => answer.Offset.Value);

    private T Asked<T>(Func<IConsumer<Ignore, Ignore>, T> ask)
    {
        try
        {
            var answer = ask(consumer ??= Connect());
            lastHeard = null;
            return answer;
        }
        catch (TopicPartitionOffsetException error)
        {
            throw Failed(Worst(error.Results.Select(result => (result.Partition, result.Error))));
        }
        catch (TopicPartitionException error)
        {
            throw Failed(Worst(error.Results.Select(result => (result.Partition, result.Error))));
        }
        catch (KafkaException error)
        {
            throw Failed(error.Error.Reason);
        }
    }

    private static string Worst(IEnumerable<(Partition Partition, Error Error)> results)
    {
        var (partition, error) = results.First(result => result.Error.IsError);
        return $"partition {partition.Value}: {error.Reason}";
    }

    private ProbeException Failed(string reason)
    {
        refreshedAt = null;
        return new($"topic {topic} at {connection.Bootstrap}: {reason}{(lastHeard is { } heard ? $" ({heard})" : "")}");
    }

    private IReadOnlyList<TopicPartition> Partitions(IConsumer<Ignore, Ignore> client)
    {
        if (refreshedAt is { } at && time.GetElapsedTime(at) < Refresh)
        {
            return partitions;
        }

        admin ??= new DependentAdminClientBuilder(client.Handle).Build();
        var described = admin.GetMetadata(topic, Left()).Topics.Single();
        if (described.Error.IsError || described.Partitions.Count == 0)
        {
            throw Failed(described.Error.IsError ? described.Error.Reason : "it has no partitions");
        }

        if (described.Partitions.FirstOrDefault(partition => partition.Leader < 0) is { } orphan)
        {
            throw Failed($"partition {orphan.PartitionId} has no leader");
        }

        partitions = [.. described.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))];
        refreshedAt = time.GetTimestamp();
        return partitions;
    }

    private IConsumer<Ignore, Ignore> Connect() => new ConsumerBuilder<Ignore, Ignore>(connection.FillProbe(
        new ConsumerConfig
        {
            // Asked for its positions, never joined.
            GroupId = group ?? "durabledrill-probe",
            EnableAutoCommit = false,
            TopicMetadataRefreshFastIntervalMs = 100,
        },
        secret)).SetLogHandler((_, log) => lastHeard = KafkaConnection.LastHeard(log, lastHeard)).Build();
}
