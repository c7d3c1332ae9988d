using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;

namespace DurableDrill.Pipeline.Processor;

/// <summary>
/// The consumer of one processor. Everything happens on the caller's thread: Confluent.Kafka calls its handlers inside <c>Consume</c>.
/// </summary>
internal sealed class OrderSource
{
    private readonly ProcessorOptions options;
    private readonly CancellationToken cancellation;
    private ConsumeResult<byte[], byte[]>? carried;

    /// <summary>Joins the group.</summary>
    /// <param name="options">Topic, group and session timeout.</param>
    /// <param name="commitInBackground">Offsets that are stored are committed by the client: at intervals, when partitions are handed over, and at the end.</param>
    /// <param name="assigned">Called with new partitions; says where each starts.</param>
    /// <param name="revoked">Called before partitions go to another instance; not when they already have one.</param>
    /// <param name="cancellation">Ends every wait.</param>
    public OrderSource(
        ProcessorOptions options,
        bool commitInBackground,
        Func<IReadOnlyList<TopicPartition>, IEnumerable<TopicPartitionOffset>> assigned,
        Action revoked,
        CancellationToken cancellation)
    {
        this.options = options;
        this.cancellation = cancellation;
        var config = Clients.Common<ConsumerConfig>(options.Topic.Bootstrap);
        config.GroupId = options.Group;
        config.EnableAutoCommit = commitInBackground;
        config.EnableAutoOffsetStore = false;
        // Short, because what a lag shows should be how far the processor is, not when the client last told.
        config.AutoCommitIntervalMs = 200;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds;
        config.HeartbeatIntervalMs = config.SessionTimeoutMs / 6;
        config.FetchWaitMaxMs = 100;
        config.FetchErrorBackoffMs = 100;
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.RoundRobin;
        Consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => Host.Log($"kafka: {error.Reason}"))
            .SetPartitionsAssignedHandler((_, partitions) =>
            {
                Assignments++;
                Host.Log($"assigned {string.Join(", ", partitions.Select(p => p.Partition.Value))}");
                return assigned(partitions);
            })
            .SetPartitionsRevokedHandler((_, partitions) =>
            {
                Assignments++;
                Host.Log($"revoked {string.Join(", ", partitions.Select(p => p.Partition.Value))}");
                revoked();
            })
            .SetPartitionsLostHandler((_, _) =>
            {
                Assignments++;
                Host.Log("lost all partitions");
            })
            .Build();
        Consumer.Subscribe(options.Topic.Name);
    }

    /// <summary>The consumer.</summary>
    public IConsumer<byte[], byte[]> Consumer { get; }

    /// <summary>Grows with every change of what is assigned.</summary>
    public int Assignments { get; private set; }

    /// <summary>Waits for a message, then takes what else is there; empty when nothing came.</summary>
    public OrderBatch Next(TimeSpan wait)
    {
        var batch = new OrderBatch();
        var assignments = Assignments;
        for (var message = carried ?? Poll(wait); message is not null; message = Poll(TimeSpan.Zero))
        {
            if (assignments != Assignments)
            {
                // What was read before belongs to an assignment that has ended; what is assigned now starts from its stored position.
                batch = new();
                assignments = Assignments;
            }

            carried = null;
            batch.Add(message);
            if (batch.Count == options.MaxBatch)
            {
                break;
            }
        }

        return assignments == Assignments ? batch : new();
    }

    /// <summary>
    /// Waits without taking messages, but stays in the group. False: the assignment has changed, and what was read before belongs to others.
    /// </summary>
    public bool Rest(TimeSpan wait)
    {
        var assignments = Assignments;
        var until = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        Consumer.Pause(Consumer.Assignment);
        while (Environment.TickCount64 < until && assignments == Assignments && carried is null)
        {
            cancellation.ThrowIfCancellationRequested();
            carried = Poll(TimeSpan.FromMilliseconds(50));
        }

        Consumer.Resume(Consumer.Assignment);
        return assignments == Assignments;
    }

    /// <summary>Has the client commit an offset with its next commit in the background.</summary>
    public void Keep(int partition, long next)
    {
        try
        {
            Consumer.StoreOffset(new TopicPartitionOffset(options.Topic.Name, partition, next));
        }
        catch (KafkaException error)
        {
            // The partition has just been taken from us: the next instance starts further back.
            Host.Log($"offset {next} of partition {partition} is not kept: {error.Error.Reason}");
        }
    }

    /// <summary>Leaves the group and joins it again.</summary>
    public void Rejoin()
    {
        carried = null;
        Consumer.Unsubscribe();
        Consumer.Subscribe(options.Topic.Name);
    }

    /// <summary>Leaves the group; gives up when the broker is away for longer.</summary>
    public void Close()
    {
        // Close waits for the broker; when that is away too, the session timeout does the same later.
        if (!Task.Run(Consumer.Close, CancellationToken.None).Wait(TimeSpan.FromSeconds(5)))
        {
            Host.Log("left without the group's knowledge: Kafka does not answer");
        }
    }

    private ConsumeResult<byte[], byte[]>? Poll(TimeSpan wait)
    {
        try
        {
            return Consumer.Consume(wait);
        }
        catch (ConsumeException error)
        {
            Host.Log($"kafka: {error.Error.Reason}");
            return null;
        }
    }
}
