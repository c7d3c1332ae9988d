using DurableDrill.Faults;
using DurableDrill.Plans;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Plans;

public class PlanReaderTests
{
    /// <summary>Three components on processes, one link, two drills.</summary>
    internal static readonly TargetDefinition Target = TargetReader.Read("""
        target: shop
        carrier: processes
        components:
          kafka:  { run: kafka }
          worker: { run: worker, after: kafka }
          db:     { run: db }
          link:   { run: link }
        groups: { engines: [kafka, worker] }
        links: [ { from: worker, to: db, component: link, control: http://localhost:1 } ]
        signals: { stored: { file: stored.txt }, backlog: { file: backlog.txt } }
        drills:
          kafka: { faults: [ { stop: kafka } ] }
          all:   { each: [kafka] }
        """, "shop.yaml").Value!;

    [Theory]
    [InlineData("faults: [ { kill: worker } ]", null)]
    [InlineData("faults: [ { kill: worker }, { pause: kafka } ]", "stop, kill and crash only")]
    [InlineData("each: [ kafka ]", "each")]
    public void Read_HealedByTheWatch_IsForWhatTheWatchCanHeal(string injuries, string? problem)
    {
        var reading = PlanReader.Read($"name: x\nhealed_by: watch\n{injuries}\n", "x.yaml", Target);

        Assert.Equal(problem is null ? FaultTicket.Watch : null, reading.Value?.HealedBy);
        Assert.Equal(problem is null ? 0 : 1, reading.Errors.Count());
        Assert.All(reading.Errors, error => Assert.Contains(problem!, error.Message));
    }

    [Fact]
    public void Read_EveryField_IsInThePlan()
    {
        var reading = PlanReader.Read("""
            name: cut
            target: shop
            baseline: 1m30s
            stable_for: 7
            recovery_timeout: PT3M
            quiet_timeout: 500s
            hypothesis: { stored: { min: 5 }, backlog: { max: 1e3 }, "up:kafka": { min: 1 } }
            stop_conditions: { backlog: { min: 0, max: 50000 } }
            objectives: { rto: 45s, rpo_events: 3 }
            irreversible: true
            faults:
              - { partition: worker, from: db, for: 20s }
              - { kill: engines, at: 30s, for: 1500ms, id: both }
              - { latency: worker, to: db, delay: 200ms, jitter: 20ms, at: 40s }
              - { state_loss: db, path: /data/checkpoints, at: 41s }
            """, "cut.yaml", Target);

        Assert.Empty(reading.Findings);
        var plan = reading.Value!;
        Assert.Equal(("cut", "shop", true), (plan.Name, plan.Target, plan.Irreversible));
        Assert.Equal([90, 7, 180, 500], new[] { plan.Baseline, plan.StableFor, plan.RecoveryTimeout, plan.QuietTimeout }.Select(t => t.TotalSeconds));
        Assert.Equal([new("stored", 5, null), new("backlog", null, 1000), new("up:kafka", 1, null)], plan.Hypothesis);
        Assert.Equal([new Bound("backlog", 0, 50_000)], plan.StopConditions);
        Assert.Equal(new Objectives { Rto = TimeSpan.FromSeconds(45), RpoEvents = 3 }, plan.Objectives);
        Assert.Equal(
            [
                new("partition-worker", new Partition("worker", "db"), Seconds(0), Seconds(20)),
                new("both-kafka", new Kill("kafka"), Seconds(30), Seconds(1.5)),
                new("both-worker", new Kill("worker"), Seconds(30), Seconds(1.5)),
                new("latency-worker", new Latency("worker", "db", Seconds(0.2), Seconds(0.02)), Seconds(40), Seconds(30)),
                new PlannedFault("state_loss-db", new StateLoss("db", "/data/checkpoints"), Seconds(41), Seconds(30)),
            ],
            plan.Faults);
    }

    [Fact]
    public void Read_TheSamePlanAsJson_IsTheSame()
    {
        var yaml = PlanReader.Read("name: k\nfaults: [ { stop: kafka, for: 45s } ]\n", "k.yaml", Target);
        var json = PlanReader.Read("""{ "name": "k", "faults": [ { "stop": "kafka", "for": 45 } ] }""", "k", Target);

        Assert.Empty(json.Findings);
        Assert.Equal(DrillJson.ToElement(yaml.Value).GetRawText(), DrillJson.ToElement(json.Value).GetRawText());
    }

    [Fact]
    public void Read_TenMistakes_GivesTenMessages()
    {
        var reading = PlanReader.Read("""
            name: "a drill"
            baselin: 20s
            stable_for: 2h
            hypothesis: { throughput: { min: 5 } }
            signals: { stored: { http: http://elsewhere/ } }
            faults:
              - { stop: kafak }
              - { kill: worker, for: soon }
              - { latency: worker, to: db, delay: 10ms, jitter: 20ms, at: 1h }
              - { partition: worker, from: kafka, at: 2h }
              - { state_loss: db, path: /data, at: 3h }
            """, "bad.yaml", Target);

        Assert.Null(reading.Value);
        Assert.Equal(
            """
            bad.yaml:1:7: name: found "a drill"; letters, digits, '-', '_' and '.', a letter or digit first, at most 64
            bad.yaml:2:1: baselin: unknown field; did you mean "baseline"? allowed: baseline, chaos, each, faults, healed_by, hypothesis, irreversible, name, objectives, quiet_timeout, recovery_timeout, stable_for, stop_conditions, target
            bad.yaml:3:13: stable_for: found "2h"; 1s to 1h is expected
            bad.yaml:4:15: hypothesis.throughput: unknown signal "throughput"; allowed: backlog, stored, up:db, up:kafka, up:link, up:worker
            bad.yaml:5:1: signals: unknown field; it belongs in a target file; a plan names its target and defines no commands, URLs or connections
            bad.yaml:7:13: faults[0].stop: unknown component "kafak"; did you mean "kafka"? allowed: db, engines, kafka, link, worker
            bad.yaml:8:26: faults[1].for: found "soon"; a duration such as 45s, 1m30s, 500ms or seconds as a number (more than 0, at most 1d) is expected
            bad.yaml:9:53: faults[2].jitter: found 20ms; at most the delay (10ms) is allowed
            bad.yaml:10:5: faults[3]: partition needs a link between worker and kafka; there are: worker to db
            bad.yaml:11:5: faults[4]: state_loss cannot be undone; the plan must say irreversible: true
            """,
            string.Join('\n', reading.Findings));
    }

    [Theory]
    [InlineData("{ stop: kafka, for: 20s }, { kill: kafka, at: 10s }", "faults[1]: kill of kafka starts while \"stop-kafka\" (stop) still holds it")]
    [InlineData("{ stop: kafka, at: 10s }, { kill: engines, for: 10s }", "faults[0]: stop of kafka starts while \"kill-kafka\" (kill) still holds it")]
    [InlineData("{ latency: worker, to: db, delay: 1s }, { partition: db, from: worker }", "faults[1]: partition of db starts while \"latency-worker\" (latency) still holds it")]
    [InlineData("{ stop: kafka, id: x }, { stop: db, id: x }", "faults[1].id: the id \"x\" stands twice; ids are unique in a plan")]
    [InlineData("{ stop: kafka, kill: db }", "faults[0]: names 2 faults (stop, kill); one is allowed, write the others as items of their own")]
    [InlineData("{ stpo: kafka }", "faults[0]: names no fault; did you mean \"stop\"? allowed: bandwidth, cpu, crash, disk_fill, kill, latency, loss, memory, partition, pause, restart, state_loss, stop")]
    [InlineData("{ stop: kafka, delay: 1s }", "faults[0].delay: unknown field; allowed: at, for, id, stop")]
    [InlineData("{ latency: worker, to: db }", "faults[0].delay: is missing; a duration (more than 0, at most 10m) is expected")]
    [InlineData("{ cpu: worker, cores: 0 }", "faults[0].cores: found \"0\"; a number (more than 0, at most 1024) is expected")]
    [InlineData("{ loss: worker, to: db, percent: 5 }", "faults[0]: loss cannot be done to processes: their link carries TCP, which repairs it; use latency or bandwidth")]
    [InlineData("{ bandwidth: worker, to: db, rate: fast }", "faults[0].rate: found \"fast\"; a size such as 64MB, 1GiB or bytes as a number (1 or more) is expected")]
    [InlineData("", "faults: holds nothing; at least one fault is expected")]
    public void Read_FaultsThatCannotBe_AreToldEachOnce(string faults, string message)
    {
        var reading = PlanReader.Read($"name: x\nfaults: [ {faults} ]", "x.yaml", Target);

        Assert.Equal([message], reading.Findings.Select(f => $"{f.Path}: {f.Message}"));
    }

    [Fact]
    public void Read_FaultsAfterEachOther_AreNoContradiction()
    {
        var reading = PlanReader.Read("name: x\nfaults: [ { stop: kafka, for: 10s }, { kill: kafka, at: 10.001, for: 10s } ]", "x.yaml", Target);

        Assert.Empty(reading.Findings);
    }

    [Theory]
    [InlineData("name: x", "faults: is missing; a drill has one of faults, chaos and each")]
    [InlineData("name: x\nfaults: [ { stop: kafka } ]\neach: [kafka]", "each: a drill has one of faults, chaos and each, not several")]
    [InlineData("name: x\neach: [kafak]", "each[0]: unknown drill \"kafak\"; did you mean \"kafka\"? allowed: kafka")]
    [InlineData("name: x\neach: [all]", "each[0]: \"all\" consists of drills itself; a part has faults of its own")]
    [InlineData("name: x\ntarget: store\neach: [kafka]", "target: found \"store\"; the target at hand is \"shop\"")]
    [InlineData("name: x\nchaos: { components: engines, faults: [kill, partition] }", "chaos.faults[1]: found \"partition\"; allowed: crash, kill, pause, restart, stop")]
    [InlineData("name: x\nchaos: { components: kafka, faults: kill, count: 10, within: 30s, for: [5s, 20s] }", "chaos: 10 faults of up to 20s do not fit in 30s on 1 components without overlapping on one of them; ")]
    [InlineData("name: x\nchaos: { components: kafka, faults: kill, within: 10s, for: 20s }", "chaos.for: a hold of 20s is longer than within, 10s")]
    [InlineData("[1]", ": found a list; a map of fields is expected")]
    [InlineData("name: [", ": not YAML: ")]
    [InlineData("name: x\nname: y\neach: [kafka]", "name: \"name\" stands twice; first in line 1")]
    [InlineData("", ": found an empty text; a map of fields is expected")]
    public void Read_APlanThatIsNone_SaysWhy(string text, string message)
    {
        var reading = PlanReader.Read(text, "x.yaml", Target);

        Assert.Null(reading.Value);
        Assert.StartsWith(message, Assert.Single(reading.Findings.Select(f => $"{f.Path}: {f.Message}")));
    }

    [Fact]
    public void Read_OnContainerGroups_RefusesWhatTheyNeverDo()
    {
        var groups = TargetReader.Read("target: g\ncarrier: container-groups\ncomponents: { kafka: { container: kafka } }", "g.yaml").Value!;

        var reading = PlanReader.Read("name: x\nfaults: [ { kill: kafka } ]", "x.yaml", groups);

        Assert.Equal("kill cannot be done to container groups; allowed: stop, restart", Assert.Single(reading.Findings).Message);
    }

    [Fact]
    public void Read_WithoutATarget_TakesNamesForComponents()
    {
        var reading = PlanReader.Read("name: x\ntarget: elsewhere\nfaults: [ { kill: anything } ]", "x.yaml");

        Assert.Empty(reading.Findings);
        Assert.Equal(("elsewhere", new Kill("anything")), (reading.Value!.Target, reading.Value.Faults[0].Fault));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
