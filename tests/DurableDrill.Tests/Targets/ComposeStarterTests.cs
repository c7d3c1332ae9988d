using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class ComposeStarterTests
{
    private const string Compose = """
        x-worker: &worker { image: acme/enricher:2, restart: always, depends_on: { broker: { condition: service_healthy } } }
        services:
          broker: { image: "confluentinc/cp-kafka:7.6.0", ports: ["29092:29092"] }
          enrich-1: { <<: *worker }
          stream-2: { <<: *worker }
          db: { image: "postgres:16", ports: [{ target: 5432, published: 15432 }], labels: ["durabledrill.target=shop"] }
          topic-init: { image: "confluentinc/cp-kafka:7.6.0", command: kafka-topics --create }
          grafana: { image: grafana/grafana, ports: ["127.0.0.1:3000:3000/tcp"] }
        """;

    [Fact]
    public void Read_AComposeFile_MakesATargetFileThatReads()
    {
        var text = ComposeStarter.Read(Compose, "compose.yaml", "shop").Value!;

        var reading = TargetReader.Read(text, "shop.yaml");
        Assert.Empty(reading.Findings.Select(finding => finding.ToString()));
        var target = reading.Value!;
        Assert.Equal(
            ["broker broker 127.0.0.1:29092 ", "db sink 127.0.0.1:15432 ", "enrich-1 other  broker", "grafana other 127.0.0.1:3000 ", "stream-2 processor  broker"],
            target.Components.Select(c => $"{c.Key} {c.Value.Role} {c.Value.Healthy?.Address} {string.Join(',', c.Value.After)}").Order(StringComparer.Ordinal));
        Assert.Equal(["broker", "db", "stream-2"], target.Drills.Keys.Order(StringComparer.Ordinal));
        Assert.True(target.AllowUnlabelled);
        Assert.Contains("?", text, StringComparison.Ordinal);
    }

    /// <summary>What is only proposed has the right form as well, and reads what has no port by its own client.</summary>
    [Theory]
    [InlineData("ports: [\"29092:9092\"]", "kafka", "127.0.0.1:29092")]
    [InlineData("restart: always", "command", "in broker")]
    public void Read_WhatItProposesForIntegrity_Reads(string ports, string kind, string where)
    {
        var text = ComposeStarter.Read($$"""
            services:
              broker: { image: apache/kafka, {{ports}} }
              db: { image: "postgres:16", {{ports}} }
              shop-producer: { image: acme/shop }
            """, "compose.yaml", "shop").Value!;

        var reading = TargetReader.Read(text.Replace("# integrity:", "integrity:", StringComparison.Ordinal).Replace("\n#   ", "\n  ", StringComparison.Ordinal), "shop.yaml");

        Assert.Empty(reading.Findings.Select(finding => finding.ToString()));
        var integrity = reading.Value!.Integrity!;
        Assert.Equal((kind, "shop-producer"), (integrity.Topic!.Kind, integrity.Quiesce));
        Assert.Equal(where, integrity.Topic.Options.TryGetValue("in", out var component) ? $"in {component}" : integrity.Topic.Address);
    }

    [Theory]
    [InlineData("services: {}")]
    [InlineData("a: [")]
    [InlineData("")]
    public void Read_WhatNamesNoService_SaysSo(string compose) => Assert.NotEmpty(ComposeStarter.Read(compose, "compose.yaml", "shop").Errors);
}
