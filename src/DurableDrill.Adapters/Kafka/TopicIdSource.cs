using System.Runtime.CompilerServices;
using Confluent.Kafka;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Kafka;

/// <summary>
/// The messages of a topic, from its beginning to the end offsets as of the start of the reading. Takes part in no consumer group and commits nothing.
/// </summary>
internal sealed class TopicIdSource(
    KafkaConnection connection, string topic, MessageReader reader, bool committedOnly, TimeSpan patience, Func<string, string> secret) : IIdSource
{
    private const int BatchSize = 4096;
    private static readonly TimeSpan Metadata = TimeSpan.FromSeconds(15);
    private string? lastError;

    public static TopicIdSource Of(SourceOptions options, IdSourceHost host)
    {
        var topic = options.Required("topic", "the topic's name");
        var id = MessageField.Of(options.Optional("id") ?? "key", "id", options);
        var content = (options.Optional("content")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            .Select(field => MessageField.Of(field, "content", options)).ToList();
        var timestamps = options.OneOf("at", "timestamp", "timestamp", "none") == "timestamp";
        var patience = TimeSpan.FromSeconds(options.Number("timeout", 1, 3600) ?? 30);
        return new(KafkaConnection.Of(options), topic, new(id, content, timestamps), options.Flag("committed", true), patience, host.Secret);
    }

    public Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation) =>
        Task.FromResult(new IdSourceTraits { Name = $"topic {topic}", IsTopic = true });

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        // librdkafka waits in the calling thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var consumer = Connect();
        var ends = Told(() => Assign(consumer));
        while (ends.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Told(() => NextBatch(consumer, ends, cancellation));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IConsumer<byte[], byte[]> Connect() => new ConsumerBuilder<byte[], byte[]>(connection.Fill(
        new ConsumerConfig
        {
            // Required by the client, and never used: partitions are assigned by hand.
            GroupId = "durabledrill-ids",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Error,
            IsolationLevel = committedOnly ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted,
            // The memory of the reading: what is fetched ahead.
            QueuedMaxMessagesKbytes = 16 * 1024,
        },
        secret)).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => lastError = error.Reason).Build();

    /// <summary>Assigns every partition that holds anything, and returns their end offsets.</summary>
    private Dictionary<int, long> Assign(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var described = admin.GetMetadata(topic, Metadata).Topics.Single();
        if (described.Error.IsError || described.Partitions.Count == 0)
        {
            throw new IdSourceException($"topic {topic} at {connection.Bootstrap}: {(described.Error.IsError ? described.Error.Reason : "it has no partitions")}");
        }

        var ends = new Dictionary<int, long>();
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in described.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)))
        {
            var bounds = consumer.QueryWatermarkOffsets(partition, Metadata);
            if (bounds.High > bounds.Low)
            {
                ends[partition.Partition] = bounds.High;
                starts.Add(new(partition, bounds.Low));
            }
        }

        consumer.Assign(starts);
        return ends;
    }

    private List<IdRecord> NextBatch(IConsumer<byte[], byte[]> consumer, Dictionary<int, long> ends, CancellationToken cancellation)
    {
        var batch = new List<IdRecord>(BatchSize);
        while (batch.Count < BatchSize && ends.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var consumed = consumer.Consume(patience)
                ?? throw new IdSourceException($"topic {topic} at {connection.Bootstrap}: nothing came for {patience.TotalSeconds:0} s{(lastError is null ? "" : $" ({lastError})")}");
            if (!ends.TryGetValue(consumed.Partition, out var end))
            {
                continue;
            }

            // With committed messages only, a partition ends before an open transaction; markers of transactions are no messages.
            if (!consumed.IsPartitionEOF && consumed.Offset < end)
            {
                batch.Add(reader.Read(consumed));
            }

            if (consumed.IsPartitionEOF || consumed.Offset + 1 >= end)
            {
                ends.Remove(consumed.Partition);
                consumer.IncrementalUnassign([consumed.TopicPartition]);
            }
        }

        return batch;
    }

    private T Told<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (KafkaException error)
        {
            throw new IdSourceException($"topic {topic} at {connection.Bootstrap}: {error.Error.Reason}{(lastError is null ? "" : $" ({lastError})")}", error);
        }
    }
}
