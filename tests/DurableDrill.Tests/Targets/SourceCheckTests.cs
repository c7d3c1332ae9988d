using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class SourceCheckTests
{
    private const string Text = """
        target: t
        carrier: processes
        ports: [db]
        components:
          db: { run: db, healthy: { tcp: "127.0.0.1:${port.db}" } }
        signals:
          stored: { file: "${run}/stored", value: last }
        integrity:
          expected: { ledger: "${data.db}/l" }
          actual: { file: "$${x}" }
        """;

    [Fact]
    public void Read_EachSource_IsShownToTheAdaptersWithSamplesInPlace()
    {
        var seen = new List<string>();
        TargetReader.Read(Text, "t.yaml", new()
        {
            CheckSource = (use, spec, path) =>
            {
                seen.Add($"{path} {use} {spec.Kind} {spec.Address}");
                return [];
            },
        });

        Assert.Equal(
            [
                "components.db.healthy Health tcp 127.0.0.1:1",
                "signals.stored Signal file /run/stored",
                "integrity.expected Ids ledger /data.db/l",
                "integrity.actual Ids file ${x}",
            ],
            seen);
    }

    [Fact]
    public void Read_WhatTheAdaptersSay_GetsItsPlace()
    {
        var reading = TargetReader.Read(Text, "t.yaml", new()
        {
            CheckSource = (use, _, path) => use == SourceUse.Signal
                ? [new(Severity.Error, $"{path}.value", "is \"last\""), new(Severity.Warning, path, "is slow")]
                : [],
        });

        Assert.Equal(
            ["t.yaml:7:11: signals.stored: is slow", "t.yaml:7:36: signals.stored.value: is \"last\""],
            reading.Findings.Select(f => f.ToString()));
        Assert.Null(reading.Value);
    }
}
