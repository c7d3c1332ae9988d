using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class TargetReaderTests
{
    private const string EventLog = """
        target: event-log
        carrier: docker
        components:
          kafka:     { service: kafka }
          flink:     { service: flink, after: kafka }
          cassandra: { service: cassandra, healthy: { tcp: localhost:9042 } }
          producer:
            service: producer
            role: producer
            pause: { http: POST http://localhost:5000/pause }
            resume: { http: POST http://localhost:5000/resume }
        groups: { engines: [kafka, flink] }
        signals:
          produced: { http: http://localhost:5000/monitor, value: $.producer_count }
          stored:   { cassandra: localhost:9042, table: logs.events }
          backlog:  { kafka: localhost:29092, topic: event-logs, group: processor }
        integrity:
          guarantee: at-least-once
          expected: { kafka: localhost:29092, topic: event-logs, id: $.uid }
          actual:   { cassandra: localhost:9042, table: logs.events, id: uid }
          quiesce: producer
        impact: { value_per_event: 200, currency: USD }
        drills:
          cassandra: { faults: [ { stop: cassandra, for: 45s } ] }
          engines:   { faults: [ { kill: engines } ], baseline: 1m }
          all:       { each: [cassandra, engines] }
        """;

    [Fact]
    public void Read_TheDesignsExample_GivesItsDefinition()
    {
        var reading = TargetReader.Read(EventLog, "event-log.yaml");

        Assert.Empty(reading.Findings.Select(f => f.ToString()));
        var target = reading.Value!;
        Assert.Equal(["kafka", "flink", "cassandra", "producer"], target.Components.Keys);
        Assert.Equal(("tcp", "localhost:9042"), (target.Components["cassandra"].Healthy!.Kind, target.Components["cassandra"].Healthy!.Address));
        Assert.Equal("POST http://localhost:5000/pause", target.Components["producer"].Pause!.Address);
        Assert.Equal(["kafka"], target.Components["flink"].After);
        Assert.Equal("$.producer_count", target.Signals["produced"].Options["value"]);
        Assert.Equal(Guarantee.AtLeastOnce, target.Integrity!.Guarantee);
        Assert.Equal("uid", target.Integrity.Actual.Options["id"]);
        var fault = Assert.Single(target.Drills["cassandra"].Faults);
        Assert.Equal(("stop-cassandra", new Stop("cassandra"), TimeSpan.FromSeconds(45)), (fault.Id, fault.Fault, fault.For));
        Assert.Equal(["kill-kafka", "kill-flink"], target.Drills["engines"].Faults.Select(f => f.Id));
        Assert.Equal(TimeSpan.FromMinutes(1), target.Drills["engines"].Baseline);
        Assert.Equal(["cassandra", "engines"], target.Drills["all"].Each);
        Assert.Equal("event-log", target.Drills["all"].Target);
    }

    [Fact]
    public void Read_AnOutputThatDoesNotDecide_IsAnError()
    {
        var reading = TargetReader.Read(EventLog.Replace("table: logs.events }\n  backlog", "table: logs.events, decides: false }\n  backlog", StringComparison.Ordinal), "event-log.yaml");

        var finding = Assert.Single(reading.Findings);
        Assert.Equal("signals.stored.decides", finding.Path);
        Assert.Contains("found \"false\"", finding.Message);
    }

    [Theory]
    [InlineData("docker", "service", "shop", null)]
    [InlineData("container-groups", "container", "shop", "integrity.quiesce: \"shop\" declares no pause, and cannot be frozen: pause cannot be done to container groups")]
    [InlineData("docker", "service", "shopp", "integrity.quiesce: unknown component \"shopp\"; did you mean \"shop\"?")]
    public void Read_AProducerWithoutAPause_IsFrozenWhereThatCanBe(string carrier, string field, string quiesce, string? problem)
    {
        var findings = TargetReader.Read(
            $$"""
            target: t
            carrier: {{carrier}}
            components: { shop: { {{field}}: shop } }
            integrity: { expected: { ledger: none }, topic: { file: a }, actual: { file: b }, quiesce: {{quiesce}} }
            """, "t.yaml").Findings.Where(finding => finding.Severity == Severity.Error).ToList();

        Assert.Equal(problem is null ? 0 : 1, findings.Count);
        Assert.All(findings, finding => Assert.Contains(problem!, finding.ToString()));
    }

    [Fact]
    public void Read_ManyMistakes_ReportsEachWithItsPathAndPlace()
    {
        var reading = TargetReader.Read("""
            target: Event Log
            carrier: dokcer
            components:
              kafka: { servce: kafka }
              flink: { service: flink, after: [kafak], healthy: tcp }
            groups: { engines: [kafka, flnk] }
            signals: { stored: [] }
            integrity: { guarantee: once, expected: { kafka: a } }
            impact: { value_per_event: -1 }
            drills:
              kafka: { faults: [ { stop: kafkka, for: 0s } ] }
            """, "t.yaml");

        Assert.Null(reading.Value);
        Assert.Equal(
            """
            t.yaml:1:9: target: found "Event Log"; lower case letters, digits and '-' are allowed, at most 64
            t.yaml:2:10: carrier: found "dokcer"; did you mean "docker"? allowed: container-groups, docker, processes
            t.yaml:4:12: components.kafka.servce: unknown field; did you mean "service"? allowed: after, container, env, healthy, pause, resume, role, run, service, stop_signal, watch
            t.yaml:5:35: components.flink.after: unknown component "kafak"; did you mean "kafka"? allowed: flink, kafka
            t.yaml:5:53: components.flink.healthy: found "tcp"; a source such as { tcp: localhost:9042 } is expected
            t.yaml:6:28: groups.engines[1]: unknown component "flnk"; did you mean "flink"? allowed: flink, kafka
            t.yaml:7:20: signals.stored: found a list; a source such as { kafka: localhost:9092, topic: events } is expected
            t.yaml:8:12: integrity.actual: is missing; a source of ids is expected
            t.yaml:8:25: integrity.guarantee: found "once"; allowed: at-least-once, at-most-once, exactly-once
            t.yaml:9:28: impact.value_per_event: found "-1"; a number (0 or more) is expected
            t.yaml:11:30: drills.kafka.faults[0].stop: unknown component "kafkka"; did you mean "kafka"? allowed: engines, flink, kafka
            t.yaml:11:43: drills.kafka.faults[0].for: found "0s"; more than 0, at most 1d is expected
            """,
            string.Join('\n', reading.Findings));
    }
}
