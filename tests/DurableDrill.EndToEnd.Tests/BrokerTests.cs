namespace DurableDrill.EndToEnd.Tests;

/// <summary>Three brokers with min.insync.replicas 2, and the embedded one.</summary>
[Trait("Category", "Integration")]
public sealed class BrokerTests
{
    [SkippableFact]
    public async Task Leader_OfAPartition_IsFoundWhenItIsKilledAndLostWithoutALoss()
    {
        Drill.NeedKafka();
        await using var drill = new Drill();
        await drill.UpAsync("orders-ha");

        var report = await drill.DrillAsync(0, "leader", "15", "--target", "orders-ha");

        Assert.Equal("passed", report.GetProperty("verdict").GetString());
        Assert.Empty((await Truth.OfAsync(drill, "orders-ha")).Duplicated);
        var fault = report.GetProperty("faults")[0];
        var role = fault.GetProperty("role");
        var hit = fault.GetProperty("component").GetString()!;
        Assert.Matches("^kafka-[123]$", hit);
        Assert.Equal(("leader", hit), (role.GetProperty("role").GetString(), role.GetProperty("component").GetString()));
        Assert.Equal(
            [hit], role.GetProperty("readings").EnumerateObject().Where(reading => reading.Value.GetDouble() == 1).Select(reading => reading.Name));
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding =>
            finding.GetProperty("path").GetString() == "roles.leader" && finding.GetProperty("message").GetString()!.StartsWith(hit, StringComparison.Ordinal));
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
