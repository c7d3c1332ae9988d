using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Kafka;

[Trait("Category", "Integration")]
public sealed class KafkaProbeTests
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_EndOffsets_AreSummedOverAllPartitions(bool real)
    {
        using var broker = await Broker.OfAsync(real, "ends");
        await using var probe = Source.Probe("kafka", broker.Bootstrap, ("topic", "ends"));
        await Eventually.EqualAsync(0, () => probe.ReadAsync());
        await broker.ProduceAsync("ends", 0, 3);
        await broker.ProduceAsync("ends", 3, 4);
        Assert.Equal(7, await probe.ReadAsync());
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_Group_IsWhatItHasNotCommitted(bool real)
    {
        using var broker = await Broker.OfAsync(real, "lag");
        await using var probe = Source.Probe("kafka", broker.Bootstrap, ("topic", "lag"), ("group", "readers"));
        // The first reading may come while the broker makes its offsets topic.
        await Eventually.EqualAsync(0, () => probe.ReadAsync());
        await broker.ProduceAsync("lag", 1, 10);
        Assert.Contains("group readers has no position in partition 1 of lag, which ends at 10", await probe.GapAsync());
        broker.Commit("lag", "readers", 1, 4);
        Assert.Equal(6, await probe.ReadAsync());
        broker.Commit("lag", "readers", 1, 11);
        Assert.Contains("made anew", await probe.GapAsync());
    }

    [SkippableFact]
    public async Task Read_PartitionAddedLater_IsCounted()
    {
        var kafka = await KafkaServer.SharedAsync();
        await kafka.CreateTopicAsync("grows", partitions: 1);
        await using var probe = Source.Probe("kafka", kafka.Bootstrap, ("topic", "grows"));
        await Eventually.EqualAsync(0, () => probe.ReadAsync());
        using var broker = new Broker(kafka.Bootstrap, null);
        await broker.GrowAsync("grows", 2);
        await broker.ProduceAsync("grows", 1, 5);
        await Eventually.EqualAsync(5, () => probe.ReadAsync());
    }

    [SkippableFact]
    public async Task Read_UnknownTopic_IsAGapThatSaysSo()
    {
        var kafka = await KafkaServer.SharedAsync();
        await using var probe = Source.Probe("kafka", kafka.Bootstrap, ("topic", "nowhere"));
        Assert.Matches($"topic nowhere at {kafka.Bootstrap}: .*[Uu]nknown topic", await Eventually.GapAsync(probe, "unknown topic"));
    }

    [SkippableFact]
    public async Task Read_BrokerKilledAndBack_IsAGapInItsWordsAndThenRight()
    {
        await using var kafka = await KafkaServer.StartAsync();
        await kafka.CreateTopicAsync("outage", partitions: 2);
        using var broker = new Broker(kafka.Bootstrap, null);
        await broker.ProduceAsync("outage", 0, 2);
        await using var probe = Source.Probe("kafka", kafka.Bootstrap, ("topic", "outage"));
        await Eventually.EqualAsync(2, () => probe.ReadAsync());
        await kafka.Process().StopAsync(9);
        Assert.Matches($"topic outage at {kafka.Bootstrap}: .*Connection refused", await Eventually.GapAsync(probe, "refused"));
        await kafka.StartAgainAsync(1);
        await Eventually.EqualAsync(2, () => probe.ReadAsync());
    }

    [SkippableFact]
    public async Task Read_PartitionWithoutLeader_IsAGapThatNamesIt()
    {
        await using var kafka = await KafkaServer.StartAsync(nodes: 2);
        await kafka.CreateTopicAsync("halves", partitions: 4);
        await using var probe = Source.Probe("kafka", kafka.Bootstrap, ("topic", "halves"));
        await Eventually.EqualAsync(0, () => probe.ReadAsync());
        await kafka.Process(2).StopAsync(9);
        Assert.Matches("partition \\d has no leader", await Eventually.GapAsync(probe, "no leader"));
    }

    [SkippableFact]
    public async Task Read_OverTlsWithPassword_WorksAndTellsNothingWhenRefused()
    {
        await using var kafka = await KafkaServer.StartAsync(secure: true);
        await kafka.CreateTopicAsync("secret");
        Environment.SetEnvironmentVariable("KAFKA_TEST_PASSWORD", KafkaSecurity.Password);
        Environment.SetEnvironmentVariable("KAFKA_TEST_WRONG", "wr0ng-pa55");
        await using (var probe = Secured(kafka, "env:KAFKA_TEST_PASSWORD", kafka.Security!.CaFile))
        {
            await Eventually.EqualAsync(0, () => probe.ReadAsync());
        }

        await using (var probe = Secured(kafka, "env:KAFKA_TEST_WRONG", kafka.Security.CaFile))
        {
            var gap = await Eventually.GapAsync(probe, "authentication");
            Assert.Contains("Authentication failed", gap);
            Assert.DoesNotContain("wr0ng-pa55", gap);
        }

        await using (var probe = Secured(kafka, "env:KAFKA_TEST_PASSWORD", null))
        {
            Assert.Contains("certificate", await Eventually.GapAsync(probe, "certificate"));
        }
    }

    [SkippableFact]
    public async Task Read_PositionsInTheSinksTable_IsWhatTheyLeave()
    {
        var postgres = await PostgresServer.SharedAsync();
        var database = new Npgsql.NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()).Database!;
        await using var sink = await Sql.OpenAsync(postgres.Connection(database));
        await sink.ExecuteAsync("create table offsets (topic text, partition int, next_offset bigint)");
        using var broker = await Broker.OfAsync(real: false, "sunk");
        await broker.ProduceAsync("sunk", 2, 9);
        Environment.SetEnvironmentVariable("PROBE_TEST_PASSWORD", PostgresServer.Password);
        await using var probe = Source.Probe(
            "kafka",
            broker.Bootstrap,
            ("topic", "sunk"),
            ("positions", $"127.0.0.1:{postgres.Port}"),
            ("positions_database", database),
            ("positions_user", PostgresServer.User),
            ("positions_password", "env:PROBE_TEST_PASSWORD"),
            ("positions_query", "select partition, next_offset from offsets where topic = 'sunk'"));
        Assert.Contains("the offsets table has no position in partition 2", await Eventually.GapAsync(probe, "no position"));
        await sink.ExecuteAsync("insert into offsets values ('sunk', 2, 5), ('other', 2, 9)");
        Assert.Equal(4, await probe.ReadAsync());
    }

    private static IProbe Secured(KafkaServer kafka, string password, string? ca) => Source.Probe(
        "kafka",
        kafka.Security!.Bootstrap,
        [
            ("topic", "secret"), ("security", "sasl_ssl"), ("sasl", "plain"), ("user", KafkaSecurity.User), ("password", password),
            .. ca is null ? Array.Empty<(string, string)>() : [("ca", ca)],
        ]);
}
