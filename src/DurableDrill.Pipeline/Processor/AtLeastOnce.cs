using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;

namespace DurableDrill.Pipeline.Processor;

/// <summary>
/// Rows first, offsets later. What is committed is the position of one interval ago: so there is always between one and two intervals of
/// rows whose offsets are not committed, and a kill, whenever it comes, has them written again.
/// </summary>
internal sealed class AtLeastOnce(OrderProcessor processor, ProcessorOptions options, TimeProvider time) : IGuarantee
{
    private readonly Dictionary<int, long> written = [];
    private Dictionary<int, long> ripening = [];
    private long lastTick = time.GetTimestamp();

    /// <inheritdoc/>
    public bool CommitsInBackground => true;

    /// <inheritdoc/>
    public IEnumerable<TopicPartitionOffset> Start(IReadOnlyList<TopicPartition> partitions)
    {
        written.Clear();
        ripening = [];
        return processor.StartOf(partitions.Select(p => new TopicPartitionOffset(p, Offset.Unset)));
    }

    /// <inheritdoc/>
    public void HandOver()
    {
        Store(written);
        written.Clear();
        ripening = [];
    }

    /// <inheritdoc/>
    public void Process(OrderBatch batch)
    {
        if (!processor.Insist(() => processor.Store.Write(batch, []), processor.Source.Rest))
        {
            if (!options.SwallowSinkErrors)
            {
                return;
            }

            Host.Log($"dropped {batch.Orders.Count} orders");
        }

        foreach (var (partition, next) in batch.Next)
        {
            written[partition] = next;
        }
    }

    /// <inheritdoc/>
    public void Turn()
    {
        if (time.GetElapsedTime(lastTick) >= options.CommitInterval)
        {
            Store(ripening);
            ripening = new(written);
            lastTick = time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Stop() => Store(written);

    private void Store(Dictionary<int, long> positions)
    {
        foreach (var (partition, next) in positions)
        {
            processor.Source.Keep(partition, next);
        }
    }
}
