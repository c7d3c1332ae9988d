using DurableDrill.Targets;

namespace DurableDrill.Tests.Targets;

public class ShippedTargetsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "targets");

    /// <summary>The drills that the product promises by name.</summary>
    private static readonly string[] Drills =
        ["worker", "workers", "kafka", "postgres", "producer", "network", "slow-sink", "stop-resume", "cascading", "chaos", "comprehensive"];

    private static readonly Dictionary<string, string[]> OfStacks = new()
    {
        ["flink"] = ["taskmanager", "jobmanager", "kafka", "comprehensive"],
        ["spark"] = ["worker", "kafka", "master", "comprehensive"],
        ["ha"] = ["broker", "spark-driver", "producer", "postgres", "chaos"],
        ["eventlog"] = ["kafka", "flink", "cassandra", "stop-resume", "cascading"],
        ["spark-failures"] = ["master", "worker", "checkpoint", "recovery", "network", "cpu", "memory"],
    };

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_AShippedTarget_HasNoFindingAndEveryDrill(string name)
    {
        var reading = TargetReader.Read(File.ReadAllText(Path.Combine(Folder, name)), name, new() { Load = Load });

        Assert.Empty(reading.Findings.Select(f => f.ToString()));
        var target = reading.Value!;
        Assert.Equal(Path.GetFileNameWithoutExtension(name), target.Target);
        Assert.Subset(target.Drills.Keys.ToHashSet(), OfStacks.GetValueOrDefault(target.Target, Drills).ToHashSet());

        var expanded = TargetExpansion.Expand(target, new("/run", "/pipeline", "/targets", target.Ports.ToDictionary(p => p, _ => 1)));
        Assert.Empty(expanded.Findings.Select(f => f.ToString()));
        Assert.DoesNotContain("${", DrillJson.ToElement(expanded.Value! with { Parameters = new Dictionary<string, string>() }).GetRawText(), StringComparison.Ordinal);
    }

    private static (string Text, string Source)? Load(string name, string from) => (File.ReadAllText(Path.Combine(Folder, name)), name);
}
