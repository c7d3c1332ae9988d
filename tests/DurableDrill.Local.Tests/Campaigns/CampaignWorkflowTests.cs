using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Tests.Drills;
using DurableDrill.Local.Tests.Runtime;
using DurableDrill.Plans;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Campaigns;

public sealed class CampaignWorkflowTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Due = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private readonly ScriptedSteps steps = new();

    [Fact]
    public async Task Run_RunsItsDrillsInTurn_AndGoesOnAfterOneThatCannotBeStarted()
    {
        await using var runtime = new TestRuntime(Catalog());
        runtime.Runtime.Start(CampaignWorkflow.Definition, "c", Request("worker", "gone", "kafka"));

        var outcome = await EndAsync(runtime);

        Assert.Equal(["c-1: inconclusive", "c-2: errored", "c-3: inconclusive"], outcome.Drills.Select(Describe));
        Assert.Equal("there is no drill gone", Assert.Single(outcome.Drills[1].Reasons));
        Assert.Equal(["apply worker", "revert worker", "apply kafka", "revert kafka"], steps.Acts);
        Assert.Null(outcome.Aborted);
    }

    [Fact]
    public async Task Abort_EndsTheDrillUnderWay_AndTheRun()
    {
        await using var runtime = new TestRuntime(Catalog());
        runtime.Runtime.Start(CampaignWorkflow.Definition, "c", Request("worker", "kafka"));
        await runtime.PassAsync(25 * Second);

        Assert.True(runtime.Runtime.Signal("c", DrillSignals.Abort, "enough"));
        var outcome = await EndAsync(runtime);

        Assert.Equal(["c-1: aborted"], outcome.Drills.Select(Describe));
        Assert.Equal("enough", outcome.Aborted);
        Assert.Empty(steps.Injured);
    }

    [Fact]
    public async Task Run_WhoseHostDies_GoesOnWhereItWas()
    {
        var first = new TestRuntime(Catalog(), keepFolder: true);
        first.Runtime.Start(CampaignWorkflow.Definition, "c", Request("worker", "kafka"));
        await first.PassAsync(25 * Second);
        await first.StopAsync();

        await using var second = new TestRuntime(Catalog(), first.Folder, time: first.Time);
        second.Runtime.ResumeAll();
        var outcome = await EndAsync(second);

        Assert.Equal(["c-1: inconclusive", "c-2: inconclusive"], outcome.Drills.Select(Describe));
        Assert.Equal(["c", "c-1", "c-2"], second.Runtime.Folder.Ids().Where(id => !id.Contains('.')).Order(StringComparer.Ordinal));
    }

    private WorkflowCatalog Catalog() => steps.Catalog()
        .Add(CampaignWorkflow.Definition)
        .Add(CampaignWorkflow.Prepare, (turn, _, _) => Task.FromResult(turn.Drill.Drill == "gone"
            ? new PreparedDrill(null, "there is no drill gone")
            : new PreparedDrill(new(turn.DrillId, "shop", PlanOf(turn.Drill.Drill), "here"), null)));

    private static CampaignRequest Request(params string[] drills) =>
        new("c", "nightly", Due, [.. drills.Select(drill => new CampaignDrill("shop", drill, null, null))]);

    private static DrillPlan PlanOf(string drill) => new() { Name = drill, Faults = [new(drill, new Kill(drill), TimeSpan.Zero, 10 * Second)] };

    private static string Describe(DrillOutcome drill) => $"{drill.DrillId}: {DrillJson.NameOf(drill.Verdict)}";

    private static async Task<CampaignOutcome> EndAsync(TestRuntime runtime)
    {
        var status = await runtime.EndOfAsync("c");
        Assert.Null(status.Failure);
        return DrillJson.FromElement<CampaignOutcome>(status.Output!.Value);
    }
}
