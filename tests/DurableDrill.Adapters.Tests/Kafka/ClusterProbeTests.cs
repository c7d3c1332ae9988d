using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Kafka;

public sealed class ClusterProbeTests
{
    [Fact]
    public void Validate_SeveralMistakes_AreAllTold() => Assert.Equal(
        [
            "signals.s.value is \"leader\"; allowed: brokers, under_replicated, offline, leader_changes, led",
            "signals.s.partition needs a topic",
            "signals.s.broker has no meaning here; it is for value: led",
            "signals.s.group is not an option of \"kafka\"; allowed: broker, ca, decides, max_age, partition, password, sasl, scale, security, topic, unknown, user, value",
        ],
        Source.Mistakes("kafka", "127.0.0.1:9092", ("value", "leader"), ("partition", "0"), ("broker", "1"), ("group", "g")));

    [Fact]
    public async Task Read_OfAnEmbeddedCluster_SharesItsPartitionsOut()
    {
        using var kafka = new EmbeddedKafka(brokers: 3);
        await using var brokers = Source.Probe("kafka", kafka.Bootstrap, ("value", "brokers"));
        await using var one = Led(kafka.Bootstrap, 1);
        await using var two = Led(kafka.Bootstrap, 2);
        await using var three = Led(kafka.Bootstrap, 3);

        Assert.Equal(3, await brokers.ReadAsync());
        Assert.Equal(4, await one.ReadAsync() + await two.ReadAsync() + await three.ReadAsync());
    }

    [Fact]
    public async Task Read_APartitionThatIsNotThere_IsAGap()
    {
        using var kafka = new EmbeddedKafka();
        await using var probe = Source.Probe("kafka", kafka.Bootstrap, ("value", "offline"), ("topic", "orders"), ("partition", "9"));

        Assert.EndsWith("has no partition 9", await probe.GapAsync());
    }

    [SkippableFact]
    [Trait("Category", "Integration")]
    public async Task Read_OfThreeBrokersOfWhichOneIsKilled_SaysWhatBecomesOfItsPartitions()
    {
        await using var kafka = await KafkaServer.StartAsync(nodes: 3);
        await kafka.CreateTopicAsync("orders", partitions: 3, replicas: 3);
        await using var brokers = Probe("brokers");
        await using var behind = Probe("under_replicated");
        await using var offline = Probe("offline");
        await using var changes = Probe("leader_changes");
        await using var led = Led(kafka.Bootstrap, 2);
        await Eventually.EqualAsync(3, brokers.ReadAsync);
        Assert.Equal((0, 0, 0, 1), (await behind.ReadAsync(), await offline.ReadAsync(), await changes.ReadAsync(), await led.ReadAsync()));

        // Not node 1, the only controller: somebody must elect another leader.
        await kafka.Process(2).StopAsync(9);

        await Eventually.EqualAsync(2, brokers.ReadAsync);
        await Eventually.EqualAsync(3, behind.ReadAsync);
        await Eventually.EqualAsync(1, changes.ReadAsync);
        Assert.Equal((0, 0), (await offline.ReadAsync(), await led.ReadAsync()));
        await kafka.StartAgainAsync(2);
        await Eventually.EqualAsync(0, behind.ReadAsync);

        IProbe Probe(string value) => Source.Probe("kafka", kafka.Bootstrap, ("value", value), ("topic", "orders"));
    }

    private static IProbe Led(string bootstrap, int broker) => Source.Probe("kafka", bootstrap, ("value", "led"), ("broker", $"{broker}"), ("topic", "orders"));
}
