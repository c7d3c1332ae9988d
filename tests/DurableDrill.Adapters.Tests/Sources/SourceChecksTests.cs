using DurableDrill.Adapters.Sources;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Sources;

public class SourceChecksTests
{
    [Fact]
    public void Read_ATargetWithMistakesInItsSources_TellsEachWithItsPlace()
    {
        var reading = TargetReader.Read(
            """
            target: t
            carrier: processes
            ports: [db]
            components:
              db: { run: db, healthy: { udp: "127.0.0.1:${port.db}" }, pause: { http: POST nowhere }, resume: { http: "POST http://127.0.0.1:${port.db}/" } }
            signals:
              stored: { postgres: "127.0.0.1:${port.db}", quary: select 1, password: hunter2 }
              backlog: { kafka: "127.0.0.1:${port.db}", group: g }
            integrity:
              expected: { ledger: "${run}/l", topic: x }
              actual: { redis: localhost }
            """,
            "t.yaml",
            new() { CheckSource = SourceChecks.Check });

        Assert.Equal(
            """
            t.yaml:5:27: components.db.healthy: is of the kind "udp", which tells nothing of health; allowed: tcp, http
            t.yaml:5:69: components.db.pause.http: is no request; allowed: http: POST http://HOST:PORT/PATH
            t.yaml:7:13: signals.stored.postgres: needs exactly one of query, counter, statistics
            t.yaml:7:47: signals.stored.quary: is not an option of "postgres"; allowed: counter, database, decides, max_age, password, query, scale, statistics, tls, unknown, user
            t.yaml:7:64: signals.stored.password: is no reference to a secret; allowed: env:NAME, file:PATH
            t.yaml:8:12: signals.backlog.topic: is missing: the topic's name
            t.yaml:10:35: integrity.expected.topic: is not an option: "ledger" has none
            t.yaml:11:11: integrity.actual: is of the kind "redis", from which ids cannot be read; allowed: ledger, kafka, postgres, cassandra, sequence, file, command, log
            """,
            string.Join('\n', reading.Findings));
        Assert.DoesNotContain("hunter2", string.Join('\n', reading.Findings), StringComparison.Ordinal);
    }
}
