using DurableDrill.Plans;
using DurableDrill.Targets;
using DurableDrill.Tests.Plans;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Documents;

/// <summary>Any text gives a value or findings, never an exception and never neither.</summary>
public class ReadingIsTotalTests
{
    private const string Good = """
        target: shop
        carrier: processes
        extends: other.yaml
        parameters: { rate: 10, all: "${rate}${run}" }
        ports: [a, b]
        components: &all
          kafka:  { run: [kafka, "${port.a}"], after: [], stop_signal: SIGINT, healthy: { tcp: "localhost:${port.a}" } }
          worker: { run: worker, after: kafka, env: { X: 1 }, role: processor, pause: { http: POST http://x }, resume: { http: y } }
        groups: { engines: [kafka, worker] }
        links: [ { from: worker, to: kafka, component: kafka, control: http://localhost:1 } ]
        signals: { stored: { file: stored.txt, every: 2 } }
        integrity: { guarantee: exactly-once, expected: { ledger: l }, actual: { file: f }, quiesce: worker }
        impact: { value_per_event: 2.5, currency: USD }
        drills:
          kafka: { faults: [ { latency: worker, to: kafka, delay: 1s, jitter: 10ms, at: 5s, for: 1m } ], irreversible: false }
          chaos: { chaos: { seed: 1, components: engines, faults: [kill, stop], count: 3, within: 2m, for: [5s, 20s] } }
          all:   { each: [kafka, chaos], objectives: { rto: 60, rpo_events: 1 }, hypothesis: { stored: { min: 1, max: 2 } } }
        name: plan
        faults: [ { stop: kafka }, { state_loss: worker, path: /x } ]
        """;

    private static readonly string[] Pieces =
        [":", "- ", "[", "]", "{", "}", ", ", "\n", "  ", "\t", "\"", "'", "&a ", "*a", "*all", "<<: ", "!!str ", "|", ">", "#", "---\n", "...\n", "? ", "%YAML 9.9\n",
         "null", "~", "-1", "0", "1e999", "NaN", ".inf", "99999999999999999999", "\0", "\uFEFF", "\ud800", "é", "𝄞", "${", "}", "${run}", "$${", "true", "0s", "1d", "kafka", "worker", "each", "chaos"];

    [Fact]
    public void Read_MutatedFiles_NeverThrows() => Prop.ForAll(Mutated.ToArbitrary(), CheckAll).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void Read_AnyText_NeverThrows() => Prop.ForAll<string>(text => CheckAll(text ?? "")).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_PiecesOfSyntax_NeverThrows() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), CheckAll).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static readonly Gen<string> Mutated =
        from count in Gen.Choose(1, 6)
        from edits in (from at in Gen.Choose(0, Good.Length)
                       from cut in Gen.Frequency((3, Gen.Choose(0, 5)), (1, Gen.Choose(0, 200)))
                       from piece in Gen.Elements(Pieces)
                       select (at, cut, piece)).ListOf(count)
        select edits.Aggregate(Good, (text, e) => string.Concat(
            text.AsSpan(0, Math.Min(e.at, text.Length)), e.piece, text.AsSpan(Math.Min(e.at + e.cut, text.Length))));

    private static void CheckAll(string text)
    {
        var target = TargetReader.Read(text, "t.yaml", new() { Load = (_, _) => ("extends: null\ncomponents: { kafka: { env: { A: 1 } } }", "other.yaml") });
        Assert.Equal(target.Value is null, target.Errors.Any());
        if (target.Value is { } value)
        {
            var expanded = TargetExpansion.Expand(value, new("/run", "/pipeline", "/targets", value.Ports.ToDictionary(p => p, _ => 1)));
            Assert.Equal(expanded.Value is null, expanded.Errors.Any());
        }

        foreach (var source in new[] { "p.yaml", "p.json" })
        {
            var plan = PlanReader.Read(text, source, PlanReaderTests.Target);
            Assert.Equal(plan.Value is null, plan.Errors.Any());
        }
    }
}
