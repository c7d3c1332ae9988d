using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;

namespace DurableDrill.Pipeline.Processor;

/// <summary>
/// Offsets first, rows later, on purpose: each batch is written a stated time after its offsets were committed. While orders come more often
/// than that, something always waits, and a kill, whenever it comes, loses it. Nothing is lost by errors of the database or a graceful stop.
/// </summary>
internal sealed class AtMostOnce(OrderProcessor processor, ProcessorOptions options, TimeProvider time) : IGuarantee
{
    private readonly Queue<(OrderBatch Batch, long CommittedAt)> waiting = [];

    /// <inheritdoc/>
    public bool CommitsInBackground => false;

    /// <inheritdoc/>
    public IEnumerable<TopicPartitionOffset> Start(IReadOnlyList<TopicPartition> partitions) =>
        processor.StartOf(partitions.Select(p => new TopicPartitionOffset(p, Offset.Unset)));

    /// <inheritdoc/>
    public void HandOver()
    {
    }

    /// <inheritdoc/>
    public void Process(OrderBatch batch)
    {
        while (true)
        {
            try
            {
                processor.Source.Consumer.Commit(batch.Positions(options.Topic.Name));
                break;
            }
            catch (KafkaException error)
            {
                Host.Log($"kafka: commit: {error.Error.Reason}");
                if (!processor.Source.Rest(TimeSpan.FromMilliseconds(200)))
                {
                    // Not committed, so whoever has the partitions now reads them. A commit that was carried out although its answer was lost loses them.
                    return;
                }
            }
        }

        waiting.Enqueue((batch, time.GetTimestamp()));
    }

    /// <inheritdoc/>
    public void Turn()
    {
        while (waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.CommittedAt) >= options.WriteDelay)
        {
            // Nobody else will ever write it, so it is kept through a change of assignment.
            if (!processor.Insist(() => processor.Store.Write(oldest.Batch, []), KeepResting))
            {
                Host.Log($"dropped {oldest.Batch.Orders.Count} orders");
            }

            waiting.Dequeue();
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        while (waiting.TryDequeue(out var next))
        {
            if (!processor.Insist(() => processor.Store.Write(next.Batch, []), _ => false))
            {
                Host.Log($"error: lost {next.Batch.Orders.Count} orders: their offsets are committed, and the database is away");
            }
        }
    }

    private bool KeepResting(TimeSpan wait)
    {
        processor.Source.Rest(wait);
        return true;
    }
}
