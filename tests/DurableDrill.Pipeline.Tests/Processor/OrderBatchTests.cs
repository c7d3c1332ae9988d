using Confluent.Kafka;
using DurableDrill.Pipeline.Orders;
using DurableDrill.Pipeline.Processor;

namespace DurableDrill.Pipeline.Tests.Processor;

public sealed class OrderBatchTests
{
    private readonly Shop shop = new("p1", 1);

    [Fact]
    public void Add_SameIdTwice_IsOneRowWithTwoWritesAndTheLastContent()
    {
        var batch = new OrderBatch();
        var (first, second) = (shop.Next(1, DateTimeOffset.UnixEpoch), shop.Next(1, DateTimeOffset.UnixEpoch));
        batch.Add(Message(0, 10, first.ToJson()));
        batch.Add(Message(0, 11, second.ToJson()));
        Assert.Equal([(second, 2)], batch.Orders);
    }

    [Fact]
    public void Add_SeveralPartitions_PositionsAreAfterTheLastOfEach()
    {
        var batch = new OrderBatch();
        batch.Add(Message(2, 7, shop.Next(1, DateTimeOffset.UnixEpoch).ToJson()));
        batch.Add(Message(0, 3, shop.Next(2, DateTimeOffset.UnixEpoch).ToJson()));
        batch.Add(Message(2, 8, shop.Next(3, DateTimeOffset.UnixEpoch).ToJson()));
        Assert.Equal([(0, 4), (2, 9)], batch.Next.Select(p => (p.Key, p.Value)));
        Assert.Equal(3, batch.Count);
    }

    [Fact]
    public void Add_NotAnOrder_IsPassedOver()
    {
        var batch = new OrderBatch();
        batch.Add(Message(0, 0, "nonsense"u8.ToArray()));
        Assert.Empty(batch.Orders);
        Assert.Equal(1, batch.Next[0]);
    }

    [Fact]
    public void Orders_AnyOrderOfArrival_AscendById()
    {
        var batch = new OrderBatch();
        foreach (var sequence in new[] { 5, 1, 3 })
        {
            batch.Add(Message(0, sequence, shop.Next(sequence, DateTimeOffset.UnixEpoch).ToJson()));
        }

        Assert.Equal([1L, 3, 5], batch.Orders.Select(o => o.Order.Sequence));
    }

    private static ConsumeResult<byte[], byte[]> Message(int partition, long offset, byte[] value) => new()
    {
        TopicPartitionOffset = new("orders", partition, offset),
        Message = new() { Value = value },
    };
}
