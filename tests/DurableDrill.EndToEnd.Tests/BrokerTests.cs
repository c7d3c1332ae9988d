namespace DurableDrill.EndToEnd.Tests;

/// <summary>Three brokers with min.insync.replicas 2, and the embedded one.</summary>
[Trait("Category", "Integration")]
public sealed class BrokerTests
{
    [SkippableFact]
    public async Task Broker_OfThree_IsLostWithoutALoss()
    {
        Drill.NeedKafka();
        await using var drill = new Drill();
        await drill.UpAsync("orders-ha");

        var report = await drill.DrillAsync(0, "broker", "15", "--target", "orders-ha");

        Assert.Equal("passed", report.GetProperty("verdict").GetString());
        Assert.Empty((await Truth.OfAsync(drill, "orders-ha")).Duplicated);
    }

    [Fact]
    public async Task Kafka_WhereItIsTheEmbeddedOne_IsPausedAndNothingIsLost()
    {
        await using var drill = new Drill();
        await drill.UpAsync("orders-embedded");

        var report = await drill.DrillAsync(0, "kafka", "10", "--target", "orders-embedded");

        Assert.Equal("pause", report.GetProperty("faults")[0].GetProperty("kind").GetString());
        Assert.Equal(0, report.GetProperty("integrity").GetProperty("classes").GetProperty("lost").GetProperty("count").GetInt64());
    }
}
