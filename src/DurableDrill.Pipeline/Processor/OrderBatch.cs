using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Processor;

/// <summary>Orders that were read together.</summary>
internal sealed class OrderBatch
{
    private readonly SortedDictionary<string, (Order Order, int Writes)> orders = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, long> next = [];

    /// <summary>
    /// The orders by id, each once, and how often it was read: one statement may not touch a row twice, and taking rows in one order keeps
    /// two instances from waiting for each other.
    /// </summary>
    public IReadOnlyCollection<(Order Order, int Writes)> Orders => orders.Values;

    /// <summary>By partition: the offset after the last message.</summary>
    public IReadOnlyDictionary<int, long> Next => next;

    /// <summary>Messages read.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a message. One that is no order is told and passed over: it could never be written.</summary>
    public void Add(ConsumeResult<byte[], byte[]> message)
    {
        Count++;
        next[message.Partition.Value] = message.Offset.Value + 1;
        try
        {
            var order = Order.FromJson(message.Message.Value);
            orders[order.Id] = (order, orders.TryGetValue(order.Id, out var earlier) ? earlier.Writes + 1 : 1);
        }
        catch (FormatException error)
        {
            Host.Log($"error: {message.TopicPartitionOffset}: {error.Message}");
        }
    }

    /// <summary>The positions after this batch, for Kafka.</summary>
    public IEnumerable<TopicPartitionOffset> Positions(string topic) => next.Select(p => new TopicPartitionOffset(topic, p.Key, p.Value));
}
