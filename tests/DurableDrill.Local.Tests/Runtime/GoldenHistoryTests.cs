using DurableDrill.Conformance;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Tests.Drills;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>
/// Histories as older builds wrote them, replayed by this one (<c>Histories/README.md</c>). One that fails here strands the drills that
/// run while somebody updates: raise the workflow's version, or keep the old behaviour.
/// </summary>
public sealed class GoldenHistoryTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Runtime", "Histories");

    public static TheoryData<string> Histories => [.. Directory.GetFiles(Folder, "*.jsonl").Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Histories))]
    public void GoldenHistory_Replayed_MatchesTheCodeAfterEachEvent(string name)
    {
        var path = Path.Combine(Folder, $"{name}.jsonl");
        var whole = HistoryFile.Read(path);
        Assert.Equal(CatalogOf(name).VersionOf(whole.Started.Workflow), whole.Started.Version);
        for (var length = 1; length <= whole.Events.Count; length++)
        {
            Replay.Run(name, whole with { Events = [.. whole.Events.Take(length)] }, path, CatalogOf(name), () => { });
        }

        Assert.Empty(Replay.Run(name, whole, path, CatalogOf(name), () => { }).Unwritten);
        Assert.True(InstanceStatus.Of(name, whole.Events).Ended, "a golden history goes to the end");
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void GoldenHistory_ReadAndWritten_IsTheSameToTheByte(string name)
    {
        var path = Path.Combine(Folder, $"{name}.jsonl");

        Assert.Equal(File.ReadAllBytes(path), HistoryFile.Read(path).Events.SelectMany(HistoryLine.Write));
    }

    [Fact]
    public void GoldenHistories_TogetherHoldEveryKindOfEvent()
    {
        var kinds = Directory.GetFiles(Folder, "*.jsonl").SelectMany(path => HistoryFile.Read(path).Events).Select(each => each.GetType()).ToHashSet();
        var all = typeof(HistoryEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(HistoryEvent)) && !type.IsAbstract);

        // The first ends a generation and is never written; a terminated instance is not replayed.
        Assert.Equal([], all.Except(kinds).Except([typeof(ContinuedAsNew), typeof(Terminated)]).Select(type => type.Name));
    }

    private static WorkflowCatalog CatalogOf(string name) => name.StartsWith("drill-", StringComparison.Ordinal)
        ? new ScriptedSteps().Catalog()
        : ConformanceCatalog.Create().Add(RandomWorkflow.Main).Add(RandomWorkflow.Asked).Add(RandomWorkflow.Generations);
}
