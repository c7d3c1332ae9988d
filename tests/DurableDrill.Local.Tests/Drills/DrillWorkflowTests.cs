using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Tests.Runtime;
using DurableDrill.Plans;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.Drills;

public sealed class DrillWorkflowTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Run_OfOneFault_AppliesThenRevertsAndPausesTheProducerToValidate()
    {
        var steps = new ScriptedSteps();

        var outcome = await RunAsync(steps, Request(Fault("kill", 0, 10)) with { Quiesce = "generator" });

        Assert.Equal(["apply kill", "revert kill", "apply quiesce", "revert quiesce"], steps.Acts);
        Assert.Equal(Verdict.Inconclusive, outcome.Verdict);
        Assert.Contains("integrity: scripted: nothing to compare", outcome.Reasons);
        Assert.Empty(steps.Injured);
    }

    [Fact]
    public async Task Run_OfACascade_KeepsThePlansOrder()
    {
        var steps = new ScriptedSteps();

        await RunAsync(steps, Request(Fault("processors", 0, 35), Fault("broker", 5, 20)));

        Assert.Equal(["apply processors", "apply broker", "revert broker", "revert processors"], steps.Acts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WithAPreflightError_InjuresNothingAndTellsEveryError(bool notHeld)
    {
        var steps = new ScriptedSteps();
        steps.Preflight = steps.Preflight with { Findings = [new(Severity.Error, "signals.stored", "no database"), new(Severity.Error, "target", "held by d2")], NotHeld = notHeld };

        var outcome = await RunAsync(steps, Request(Fault("kill", 0, 10)));

        Assert.Empty(steps.Acts);
        Assert.Equal(Verdict.Errored, outcome.Verdict);
        Assert.Equal(["signals.stored: no database", "target: held by d2"], outcome.Reasons);
        Assert.Equal(!notHeld, steps.Released);
    }

    [Fact]
    public async Task Run_WithABaselineThatIsRefused_InjuresNothing()
    {
        var steps = new ScriptedSteps();
        steps.Baseline = steps.Baseline with { Refusals = ["stored does not flow"] };

        var outcome = await RunAsync(steps, Request(Fault("kill", 0, 10)));

        Assert.Empty(steps.Acts);
        Assert.Equal("nothing was injured: stored does not flow", Assert.Single(outcome.Reasons));
    }

    [Fact]
    public async Task Run_WithAFaultThatCannotBeApplied_RevertsAllAndEndsErrored()
    {
        var steps = new ScriptedSteps { ApplyProblem = fault => fault == "broker" ? "no such container" : null };

        var outcome = await RunAsync(steps, Request(Fault("processors", 0, 35), Fault("broker", 5, 20)));

        Assert.Equal(["apply processors", "apply broker", "revert broker", "revert processors"], steps.Acts.Order(ActOrder.Instance));
        Assert.Equal(Verdict.Errored, outcome.Verdict);
        Assert.Contains("no such container", outcome.Reasons.Single());
        Assert.Empty(steps.Injured);
    }

    [Fact]
    public async Task Run_WithARevertThatFails_TellsThatTheTicketStaysOpen()
    {
        var steps = new ScriptedSteps { RevertError = _ => new TargetException("the engine does not answer") };

        var outcome = await RunAsync(steps, Request(Fault("kill", 0, 10)));

        Assert.Equal(Verdict.Errored, outcome.Verdict);
        Assert.Contains("d.kill is not reverted, its ticket stays open", outcome.Reasons.Single());
        Assert.Contains("the engine does not answer", outcome.Reasons.Single());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    [InlineData(29)]
    public async Task Abort_AtAnyTime_RevertsWhatIsInjured(int second)
    {
        var steps = new ScriptedSteps();
        await using var runtime = new TestRuntime(steps.Catalog());
        runtime.Runtime.Start(DrillWorkflow.Definition, "d", Request(Fault("kill", 0, 10)));
        await runtime.PassAsync(second * Second);

        Assert.True(runtime.Runtime.Signal("d", DrillSignals.Abort, "Ctrl-C"));
        var outcome = DrillJson.FromElement<DrillOutcome>((await runtime.EndOfAsync("d")).Output!.Value);

        Assert.Equal(Verdict.Aborted, outcome.Verdict);
        Assert.Equal("Ctrl-C", Assert.Single(outcome.Reasons));
        Assert.Empty(steps.Injured);
    }

    [Fact]
    public async Task Run_WithMoreIdsThanOneStepMayHold_ComparesEachShareOnceAndMergesThem()
    {
        var steps = new ScriptedSteps { Shares = 7 };

        var outcome = await RunAsync(steps, Request(Fault("kill", 0, 10)));

        Assert.Equal(Enumerable.Range(0, 7), steps.Compared.Order());
        Assert.Contains("integrity: scripted: nothing in 7 shares", outcome.Reasons);
    }

    [Fact]
    public async Task Abort_WhileSharesAreCompared_EndsBeforeTheLastOneAndReports()
    {
        var steps = new ScriptedSteps { Shares = 7 };
        await using var runtime = new TestRuntime(steps.Catalog());
        steps.ShareProblem = share => share == 0 && !runtime.Runtime.Signal("d", DrillSignals.Abort, "Ctrl-C") ? "not there" : null;
        runtime.Runtime.Start(DrillWorkflow.Definition, "d", Request(Fault("kill", 0, 10)));

        var outcome = DrillJson.FromElement<DrillOutcome>((await runtime.EndOfAsync("d")).Output!.Value);

        Assert.Equal(Verdict.Aborted, outcome.Verdict);
        Assert.Equal("Ctrl-C", Assert.Single(outcome.Reasons));
        // Three at once; those under way when the abort arrives are awaited.
        Assert.InRange(steps.Compared.Count, 3, 6);
        Assert.True(runtime.Runtime.Folder.Status("d.validate")!.Ended, "nothing is left running");
    }

    [Fact]
    public async Task Validation_OfADrillThatIsOver_EndsThoughNobodyTellsIt()
    {
        var looks = 0;
        var steps = new ScriptedSteps { Quiet = _ => new(false, "the drill is over") { Orphaned = ++looks > 2 } };
        await using var runtime = new TestRuntime(steps.Catalog());
        runtime.Runtime.Start(ValidationWorkflow.Definition, "d.validate", new ValidationRequest(
            new("d", "orders", null, null, 0), runtime.Time.GetUtcNow(), Second, TimeSpan.FromHours(24)));

        await runtime.EndOfAsync("d.validate");

        Assert.Equal(3, looks);
    }

    [Fact]
    public async Task Run_WithAShareThatIsTooLarge_BeginsNoFurtherOneAndSaysSo()
    {
        var steps = new ScriptedSteps { Shares = 7, ShareProblem = share => share == 4 ? "too many" : null };

        var outcome = await RunAsync(steps, Request(Fault("kill", 0, 10)));

        Assert.Equal([0, 1, 2, 3, 4, 5], steps.Compared.Order());
        Assert.Contains("integrity: too many", outcome.Reasons);
    }

    [Fact]
    public async Task Run_OfASequence_RunsEachPartAndReportsThem()
    {
        var steps = new ScriptedSteps();
        var request = Request(Fault("kill", 0, 10));
        var parts = new[] { request.Plan with { Name = "worker" }, request.Plan with { Name = "kafka" } };

        var outcome = await RunAsync(steps, request with { Parts = parts });

        Assert.Equal(["d-1-worker: inconclusive", "d-2-kafka: inconclusive"], outcome.Reasons);
        Assert.Equal(["d", "d-1-worker", "d-2-kafka"], steps.Reports.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_OfAFaultOnARole_HitsWhoHasItThenAndReportsBoth()
    {
        var steps = new ScriptedSteps { Holder = (_, injured) => injured == 0 ? "kafka-2" : "kafka-3" };

        await RunAsync(steps, Request(Fault("leader", 0, 30), Fault("db", 5, 20), Fault("leader-2", 10, 10, "leader")) with { Roles = ["leader"] });

        Assert.Equal(["apply leader", "apply db", "apply leader-2", "revert leader-2", "revert db", "revert leader"], steps.Acts);
        Assert.Equal(["kafka-2", "db", "kafka-3"], steps.Tickets.Select(ticket => ticket.Fault.Component));
        Assert.Equal(["kafka-2 leader", "db ", "kafka-3 leader"], steps.Faults("d").Select(row => $"{row.Component} {row.Role?.Role}"));
        Assert.Empty(steps.Injured);
    }

    [Fact]
    public async Task Run_WithARoleThatNobodyHas_InjuresNothingMoreAndSaysWhy()
    {
        var steps = new ScriptedSteps();

        var outcome = await RunAsync(steps, Request(Fault("db", 0, 30), Fault("leader", 5, 10)) with { Roles = ["leader"] });

        Assert.Equal(["apply db", "revert db"], steps.Acts);
        Assert.Equal("leader could not be applied: nobody is leader", Assert.Single(outcome.Reasons));
    }

    [Fact]
    public async Task Run_WithARoleWhoseHolderIsHeldAlready_RevertsAllAndEndsErrored()
    {
        var steps = new ScriptedSteps { Holder = (_, _) => "kafka-1" };

        var outcome = await RunAsync(steps, Request(Fault("kafka-1", 0, 30), Fault("leader", 5, 10)) with { Roles = ["leader"] });

        Assert.Equal(["apply kafka-1", "revert kafka-1"], steps.Acts);
        Assert.Equal(
            "leader could not be applied: kafka-1 is leader now, and kill of kafka-1 starts while \"kafka-1\" (kill) still holds it", Assert.Single(outcome.Reasons));
    }

    private static async Task<DrillOutcome> RunAsync(ScriptedSteps steps, DrillRequest request)
    {
        await using var runtime = new TestRuntime(steps.Catalog());
        runtime.Runtime.Start(DrillWorkflow.Definition, request.DrillId, request);
        var status = await runtime.EndOfAsync(request.DrillId);
        Assert.Null(status.Failure);
        return DrillJson.FromElement<DrillOutcome>(status.Output!.Value);
    }

    private static DrillRequest Request(params PlannedFault[] faults) => new("d", "orders", new() { Name = "worker", Faults = faults }, "here");

    private static PlannedFault Fault(string id, int at, int held, string? component = null) => new(id, new Kill(component ?? id), at * Second, held * Second);

    /// <summary>Applies in order, then reverts in any: two that are reverted at the same instant have no order.</summary>
    private sealed class ActOrder : IComparer<string>
    {
        public static readonly ActOrder Instance = new();

        public int Compare(string? one, string? other) => (one![0], one[0] == 'r' ? one : "").CompareTo((other![0], other[0] == 'r' ? other : ""));
    }
}
