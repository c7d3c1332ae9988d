using System.Text;
using Confluent.Kafka;
using DurableDrill.Adapters.Sources;
using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Integrity;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Kafka;

[Trait("Category", "Integration")]
public class TopicIdSourceTests
{
    [SkippableFact]
    public async Task Read_SeveralPartitions_ReadsAllToTheEnd()
    {
        var server = await KafkaServer.SharedAsync();
        var topic = await server.CreateTopicAsync("ids-all", partitions: 3);
        await ProduceAsync(server.Bootstrap, topic, Enumerable.Range(1, 10_000).Select(number => Message($"p1-{number}", "{}")));

        var ids = IdSet.Of((await Reading.AllAsync(Reading.Spec("kafka", server.Bootstrap, ("topic", topic)))).Select(record => record.Id));

        Assert.Equal([new IdInterval("p1-1", "p1-10000", 10_000)], ids.Intervals());
    }

    [SkippableFact]
    public async Task Read_IdInAnyPlace_FindsItAndHashesTheContent()
    {
        var server = await KafkaServer.SharedAsync();
        var topic = await server.CreateTopicAsync("ids-places");
        var message = Message("the key", """{"order":{"id":"p1-7"},"quantity":3,"price":18.50}""");
        message.Headers = [new Header("uid", "header id"u8.ToArray())];
        await ProduceAsync(server.Bootstrap, topic, [message]);

        Assert.Equal("the key", await IdAsync(("id", "key")));
        Assert.Equal("header id", await IdAsync(("id", "header:uid")));
        Assert.Equal("p1-7", await IdAsync(("id", "$.order.id")));
        var record = await ReadOneAsync(("id", "$.order.id"), ("content", "$.order.id,$.quantity,$.price"));
        Assert.Equal(ContentHash.Of("p1-7", "3", "18.50"), record.Content);
        Assert.NotNull(record.At);

        async Task<string> IdAsync((string, string) option) => (await ReadOneAsync(option)).Id;

        async Task<IdRecord> ReadOneAsync(params (string, string)[] options) =>
            Assert.Single(await Reading.AllAsync(Reading.Spec("kafka", server.Bootstrap, [("topic", topic), .. options])));
    }

    [SkippableFact]
    public async Task Read_AbortedAndOpenTransactions_CountOnlyWhenAllIsAskedFor()
    {
        var server = await KafkaServer.SharedAsync();
        var topic = await server.CreateTopicAsync("ids-transactions");
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = server.Bootstrap, TransactionalId = "ids" }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        foreach (var (id, commit) in new[] { ("1", true), ("2", false), ("3", true) })
        {
            producer.BeginTransaction();
            await producer.ProduceAsync(topic, new() { Key = id, Value = id });
            if (commit)
            {
                producer.CommitTransaction();
            }
            else
            {
                producer.AbortTransaction();
            }
        }

        producer.BeginTransaction();
        await producer.ProduceAsync(topic, new() { Key = "4", Value = "4" });

        Assert.Equal(["1", "3"], await IdsAsync("true"));
        Assert.Equal(["1", "2", "3", "4"], await IdsAsync("false"));
        producer.AbortTransaction();

        async Task<IEnumerable<string>> IdsAsync(string committed) =>
            (await Reading.AllAsync(Reading.Spec("kafka", server.Bootstrap, ("topic", topic), ("committed", committed)))).Select(record => record.Id);
    }

    [SkippableFact]
    public async Task Read_NoSuchTopic_SaysSoAndCreatesNone()
    {
        var server = await KafkaServer.SharedAsync();

        var error = await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("kafka", server.Bootstrap, ("topic", "ids-nowhere"))));

        Assert.Contains("ids-nowhere", error.Message);
    }

    [Fact]
    public async Task Read_EmbeddedBroker_ReadsItsFourPartitions()
    {
        using var server = new EmbeddedKafka();
        await ProduceAsync(server.Bootstrap, "ids", Enumerable.Range(1, 1000).Select(number => Message($"{number}", "{}")));

        var records = await Reading.AllAsync(Reading.Spec("kafka", server.Bootstrap, ("topic", "ids")));

        Assert.Equal([new IdInterval("1", "1000", 1000)], IdSet.Of(records.Select(record => record.Id)).Intervals());
    }

    [Fact]
    public async Task Read_MessageWithoutAnId_NamesItsOffset()
    {
        using var server = new EmbeddedKafka();
        await ProduceAsync(server.Bootstrap, "ids", [Message("k", """{"uid":1}""")]);

        var error = await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("kafka", server.Bootstrap, ("topic", "ids"), ("id", "$.id"))));

        Assert.Contains("has no $.id", error.Message);
    }

    private static Message<byte[], byte[]> Message(string key, string value) => new() { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) };

    private static async Task ProduceAsync(string bootstrap, string topic, IEnumerable<Message<byte[], byte[]>> messages)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 5 }).Build();
        await Task.WhenAll(messages.Select(message => producer.ProduceAsync(topic, message)));
    }
}
