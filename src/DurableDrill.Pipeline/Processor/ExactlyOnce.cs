using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;

namespace DurableDrill.Pipeline.Processor;

/// <summary>
/// Offsets are kept in the database, in the transaction of the rows. Whoever is assigned a partition raises its epoch, and every write
/// checks epoch and offset, so an instance that was frozen while its partitions went to another cannot write any more.
/// The group's offsets in Kafka follow, for tools that show a lag; nobody starts from them.
/// </summary>
internal sealed class ExactlyOnce(OrderProcessor processor, ProcessorOptions options) : IGuarantee
{
    private readonly Dictionary<int, Claim> claims = [];

    /// <inheritdoc/>
    public bool CommitsInBackground => true;

    /// <inheritdoc/>
    public IEnumerable<TopicPartitionOffset> Start(IReadOnlyList<TopicPartition> partitions)
    {
        claims.Clear();
        IReadOnlyList<Claim> taken = [];
        while (!processor.Insist(() => taken = processor.Store.Take(partitions.Select(p => p.Partition.Value)), processor.Sleep))
        {
            // Even who swallows errors needs to know where to start.
            processor.Sleep(TimeSpan.FromMilliseconds(500));
        }

        foreach (var claim in taken)
        {
            claims[claim.Partition] = claim;
        }

        return processor.StartOf(taken.Select(c => new TopicPartitionOffset(options.Topic.Name, c.Partition, c.NextOffset)));
    }

    /// <inheritdoc/>
    public void HandOver() => claims.Clear();

    /// <inheritdoc/>
    public void Process(OrderBatch batch)
    {
        var advances = batch.Next.Select(p => new Advance(p.Key, claims[p.Key].NextOffset, p.Value, claims[p.Key].Epoch)).ToList();
        var first = true;
        try
        {
            var written = processor.Insist(
                () =>
                {
                    // After an error nobody knows whether the transaction was committed; the offsets do.
                    if (first || !IsWritten(advances))
                    {
                        first = false;
                        processor.Store.Write(batch, advances);
                    }
                },
                processor.Source.Rest);
            if (!written)
            {
                if (options.SwallowSinkErrors)
                {
                    Host.Log($"dropped {batch.Orders.Count} orders");
                    CatchUp(advances);
                }

                return;
            }
        }
        catch (FencedException error)
        {
            Host.Log($"{error.Message}; joining the group anew");
            processor.Source.Rejoin();
            return;
        }

        foreach (var advance in advances)
        {
            claims[advance.Partition] = new(advance.Partition, advance.Next, advance.Epoch);
            processor.Source.Keep(advance.Partition, advance.Next);
        }
    }

    /// <inheritdoc/>
    public void Turn()
    {
    }

    /// <inheritdoc/>
    public void Stop()
    {
    }

    private bool IsWritten(List<Advance> advances)
    {
        var now = processor.Store.Look(advances.Select(a => a.Partition)).ToDictionary(c => c.Partition);
        return advances.All(a => now.TryGetValue(a.Partition, out var claim) && claim.Epoch == a.Epoch && claim.NextOffset == a.Next);
    }

    /// <summary>
    /// A swallowed error may have come after the commit. The claim then stands behind the table; looking it up keeps later writes from being fenced.
    /// </summary>
    private void CatchUp(List<Advance> advances)
    {
        processor.Insist(
            () =>
            {
                foreach (var claim in processor.Store.Look(advances.Select(a => a.Partition)).Where(c => claims[c.Partition].Epoch == c.Epoch))
                {
                    claims[claim.Partition] = claim;
                }
            },
            _ => false);
    }
}
