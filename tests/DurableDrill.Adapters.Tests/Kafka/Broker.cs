using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Kafka;

/// <summary>A broker, real or embedded, with what a test does to it.</summary>
internal sealed class Broker(string bootstrap, IDisposable? owned) : IDisposable
{
    private readonly IProducer<Null, string> producer =
        new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = bootstrap }).SetLogHandler((_, _) => { }).Build();

    public string Bootstrap => bootstrap;

    /// <summary>With a topic of four partitions.</summary>
    public static async Task<Broker> OfAsync(bool real, string topic)
    {
        if (!real)
        {
            var embedded = new EmbeddedKafka();
            return new(embedded.Bootstrap, embedded);
        }

        var kafka = await KafkaServer.SharedAsync();
        await kafka.CreateTopicAsync(topic, partitions: 4);
        return new(kafka.Bootstrap, null);
    }

    public async Task ProduceAsync(string topic, int partition, int count)
    {
        for (var n = 0; n < count; n++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, partition), new() { Value = $"{n}" });
        }
    }

    public void Commit(string topic, string group, int partition, long next)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group }).Build();
        consumer.Commit([new TopicPartitionOffset(topic, partition, next)]);
    }

    public async Task GrowAsync(string topic, int partitions)
    {
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }]);
    }

    public void Dispose()
    {
        producer.Dispose();
        owned?.Dispose();
    }
}
