using DurableDrill.Plans;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class RoleReaderTests
{
    private const string Text = """
        target: ha
        carrier: docker
        parameters: { topic: orders }
        components: { kafka-1: { service: kafka-1 }, kafka-2: { service: kafka-2 }, db: { service: db } }
        groups: { brokers: [kafka-1, kafka-2] }
        roles:
          leader: { of: { kafka-1: 1, kafka-2: 2 }, most: { kafka: localhost:9092, value: led, broker: "${candidate}", topic: "${topic}" } }
          busiest: { of: brokers, most: { http: "http://${candidate}:80/", value: $.load } }
        drills:
          leader: { faults: [ { kill: leader, for: 30s }, { kill: leader, at: 10s }, { stop: [busiest, db], at: 60s } ] }
        """;

    [Fact]
    public void Read_ARole_HasASourceForEachWhoMayHaveIt()
    {
        var target = Read(Text);

        Assert.Equal(["kafka-1", "kafka-2"], target.Roles["leader"].Keys);
        Assert.Equal(["1", "2"], target.Roles["leader"].Values.Select(source => source.Options["broker"]));
        Assert.Equal("orders", target.Roles["leader"]["kafka-2"].Options["topic"]);
        Assert.Equal(["http://kafka-1:80/", "http://kafka-2:80/"], target.Roles["busiest"].Values.Select(source => source.Address));
    }

    [Fact]
    public void Read_AFaultOnARole_NamesTheRole_AndMayOverlapAnotherOnIt() => Assert.Equal(
        ["kill-leader", "kill-leader-2", "stop-busiest", "stop-db"],
        Read(Text).Drills["leader"].Faults.Select(fault => fault.Id));

    [Fact]
    public void Read_MistakesInRoles_AreAllToldWithTheirPlaces()
    {
        var reading = TargetReader.Read("""
            target: ha
            carrier: container-groups
            components: { kafka-1: { container: k1 }, db: { container: db } }
            roles:
              db: { of: [kafka-1], most: { tcp: a:1 } }
              leader: { of: { kafka-1: 1, kafka-9: 9 }, most: [], by: 3 }
              nobody: { of: {}, most: { tcp: a:1 } }
              half: { of: kafka-7 }
              fine: { of: kafka-1, most: { tcp: a:1 } }
            drills:
              d: { faults: [ { kill: fine }, { stop: ledaer }, { stop: db, at: 3m } ] }
            """, "t.yaml");

        Assert.Equal(
            """
            t.yaml:5:3: roles.db: "db" is a component already; a role needs a name of its own
            t.yaml:6:31: roles.leader.of.kafka-9: unknown component "kafka-9"; did you mean "kafka-1"? allowed: db, kafka-1
            t.yaml:6:51: roles.leader.most: found a list; a source such as { kafka: localhost:9092, topic: events } is expected
            t.yaml:6:55: roles.leader.by: unknown field; allowed: most, of
            t.yaml:7:17: roles.nobody.of: names nobody; at least one component is expected
            t.yaml:8:15: roles.half.of: unknown component "kafka-7"; did you mean "kafka-1"? allowed: db, kafka-1
            t.yaml:8:9: roles.half.most: is missing; what is read of each component that may have it is expected
            t.yaml:11:18: drills.d.faults[0]: kill cannot be done to container groups; allowed: stop, restart
            t.yaml:11:42: drills.d.faults[1].stop: unknown component "ledaer"; did you mean "leader"? allowed: db, fine, half, kafka-1, leader, nobody
            """.Split('\n').Order(),
            reading.Findings.Select(finding => finding.ToString()).Order());
    }

    [Fact]
    public void Read_WhatTheAdaptersSayOfEveryCandidate_IsToldOnce()
    {
        var seen = new List<string>();
        var reading = TargetReader.Read(Text, "t.yaml", new()
        {
            CheckSource = (_, spec, path) =>
            {
                seen.Add($"{path} {spec.Kind} {spec.Options.GetValueOrDefault("broker")}");
                return spec.Kind == "kafka" ? [new(Severity.Error, $"{path}.broker", "is no number")] : [];
            },
        });

        Assert.Equal(["roles.leader.most kafka 1", "roles.leader.most kafka 2", "roles.busiest.most http ", "roles.busiest.most http "], seen);
        Assert.Equal("t.yaml:7:88: roles.leader.most.broker: is no number", Assert.Single(reading.Findings).ToString());
    }

    [Fact]
    public void Read_ARoleAsTheOtherSide_IsRefused() => Assert.Equal(
        "p.yaml:2:34: faults[0].from: \"leader\" is a role; only what is hit may be one, the other side is a component",
        Assert.Single(PlanReader.Read("name: p\nfaults: [ { partition: db, from: leader } ]", "p.yaml", Read(Text)).Findings).ToString());

    [Fact]
    public void Read_ChaosOverARoleAndOneWhoMayHaveIt_IsRefused()
    {
        var target = Read(Text);
        string[] Of(string components) =>
            [.. PlanReader.Read($"name: p\nchaos: {{ components: {components}, faults: [kill], count: 2 }}", "p.yaml", target).Findings.Select(f => $"{f.Path}: {f.Message}")];

        Assert.Empty(Of("[leader, db]"));
        Assert.Equal(["chaos.components: leader and kafka-2 may be hit at the same time and be the same, kafka-2; one of them is allowed"], Of("[leader, kafka-2]"));
    }

    [Fact]
    public void Expand_FillsWhatIsKnownOnlyAtUp()
    {
        var target = Read("""
            target: t
            carrier: processes
            ports: [a, b]
            components: { a: { run: a }, b: { run: b } }
            roles: { first: { of: { a: "${port.a}", b: "${port.b}" }, most: { http: "http://127.0.0.1:${candidate}/" } } }
            """);

        var expanded = TargetExpansion.Expand(target, new("/run", "/p", "/t", new Dictionary<string, int> { ["a"] = 11, ["b"] = 12 }));

        Assert.Equal(["http://127.0.0.1:11/", "http://127.0.0.1:12/"], expanded.Value!.Roles["first"].Values.Select(source => source.Address));
    }

    private static TargetDefinition Read(string text)
    {
        var reading = TargetReader.Read(text, "t.yaml");
        Assert.Empty(reading.Findings.Select(f => f.ToString()));
        return reading.Value!;
    }
}
