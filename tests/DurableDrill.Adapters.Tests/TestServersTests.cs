using Confluent.Kafka;
using DurableDrill.TestServers;
using Npgsql;

namespace DurableDrill.Adapters.Tests;

[Trait("Category", "Integration")]
public sealed class TestServersTests
{
    [SkippableFact]
    public async Task Postgres_KilledAndStartedAgain_KeepsItsData()
    {
        await using var server = await PostgresServer.StartAsync();
        var connection = await server.CreateDatabaseAsync() + ";Pooling=false";
        await ExecuteAsync(connection, "create table t (n int); insert into t values (7)");
        await server.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(connection, "select 1"));
        await server.StartAgainAsync();
        Assert.Equal(7, await ExecuteAsync(connection, "select n from t"));
    }

    [SkippableFact]
    public async Task Kafka_Shared_TakesAMessage()
    {
        var server = await KafkaServer.SharedAsync();
        var topic = await server.CreateTopicAsync("taken", partitions: 2);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = server.Bootstrap }).Build();
        var result = await producer.ProduceAsync(topic, new() { Value = "x" });
        Assert.Equal(PersistenceStatus.Persisted, result.Status);
    }

    [SkippableFact]
    public async Task Kafka_OneOfThreeKilled_StaysWritable()
    {
        await using var server = await KafkaServer.StartAsync(nodes: 3);
        var topic = await server.CreateTopicAsync("three", partitions: 3, replicas: 3);
        await server.Process(3).StopAsync(9);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = server.Bootstrap }).Build();
        for (var partition = 0; partition < 3; partition++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, partition), new() { Value = "x" });
        }

        await server.StartAgainAsync(3);
    }

    [Fact]
    public async Task EmbeddedKafka_TakesAMessage()
    {
        using var server = new EmbeddedKafka();
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = server.Bootstrap }).Build();
        Assert.Equal(0, (await producer.ProduceAsync(new TopicPartition("t", 0), new() { Value = "x" })).Offset.Value);
    }

    private static async Task<object?> ExecuteAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return await command.ExecuteScalarAsync();
    }
}
