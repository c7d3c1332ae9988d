using System.Text.Json;
using DurableDrill.Api;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Api;

public sealed class TargetCountsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 10, TimeSpan.Zero);

    private static readonly TargetDefinition EventLog = Read("""
        target: event-log
        carrier: docker
        components:
          kafka:     { service: kafka, role: broker }
          cassandra: { service: cassandra, role: sink }
          producer:
            service: producer
            role: producer
            pause: { http: POST http://localhost:5000/pause }
            resume: { http: POST http://localhost:5000/resume }
        signals:
          produced: { http: http://localhost:5000/monitor, value: $.producer_count }
          in_topic: { kafka: localhost:29092, topic: event-logs }
          stored:   { cassandra: localhost:9042, query: select c from n }
          backlog:  { kafka: localhost:29092, topic: event-logs, group: processor }
          log:      { disk: kafka, path: /data }
          rows:     { disk: cassandra, path: /var }
          heap:     { prometheus: http://localhost:9090, query: heap }
        """);

    [Fact]
    public void Of_AnEventLog_HasTheNamesThatItsMonitorsUse()
    {
        var counts = TargetCounts.Of(
            EventLog,
            [
                Sample("produced", 6, 90), Sample("produced", 9, 100), Sample("in_topic", 9, 99), Sample("stored", 8, 80), Sample("stored", 9, 90),
                Sample("backlog", 9, 9), Sample("log", 9, 5000), Sample("heap", 9, 7), Sample("up:kafka", 9, 1),
                new("rows", Now.AddSeconds(-1), default, null, "no answer within 1 s"),
            ],
            Now);

        var json = JsonSerializer.SerializeToElement(counts, DrillJson.Options);
        Assert.Equal("""{"kafka":5000,"cassandra":null}""", json.GetProperty("disk_bytes").GetRawText());
        Assert.Equal("""{"kafka":true,"cassandra":null,"producer":null}""", json.GetProperty("up").GetRawText());
        Assert.Equal("""{"heap":7}""", json.GetProperty("signals").GetRawText());
        Assert.Equal("""{"rows":"no answer within 1 s"}""", json.GetProperty("gaps").GetRawText());
        Assert.Equal([100, 99, 90, 9, 10], new[] { "producer_count", "kafka_count", "cassandra_count", "lag", "throughput_per_second" }.Select(name => json.GetProperty(name).GetDouble()));
        Assert.True(json.GetProperty("is_streaming").GetBoolean());
        Assert.Equal("producer", json.GetProperty("pausable").GetString());
    }

    [Fact]
    public void Of_ReadingsThatAreOld_IsNullAndNeverTheOldValue()
    {
        var json = JsonSerializer.SerializeToElement(TargetCounts.Of(EventLog, [Sample("produced", 1, 90), Sample("produced", 2, 95)], Now), DrillJson.Options);

        Assert.Equal(JsonValueKind.Null, json.GetProperty("producer_count").ValueKind);
        Assert.False(json.TryGetProperty("is_streaming", out _));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(90, false)]
    public void Of_WhatWentInLately_TellsWhetherItStreams(double later, bool streams) =>
        Assert.Equal(streams, TargetCounts.Of(EventLog, [Sample("produced", 1, 10), Sample("produced", 7, 90), Sample("produced", 9, later)], Now).IsStreaming);

    [Fact]
    public void Of_ATargetWithoutRoles_NamesItsCountsAfterTheirSources()
    {
        var counts = TargetCounts.Of(
            Read("""
                target: t
                carrier: docker
                components: { a: { service: a }, b: { service: b } }
                signals: { stored: { postgres: localhost:5432, query: select 1 }, dead_count: { file: f }, one: { kafka: k, topic: x }, two: { kafka: k, topic: y } }
                """),
            [Sample("two", 9, 2)],
            Now);

        Assert.Equal(["dead_count", "kafka_count", "postgres_count"], counts.Counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, counts.Signals["two"]);
        Assert.Null(counts.Pausable);
    }

    private static Sample Sample(string signal, double second, double value) => new(signal, Now.AddSeconds(second - 10), default, value);

    private static TargetDefinition Read(string text) => TargetReader.Read(text, "t.yaml").Value!;
}
