using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Tests.Runtime;
using DurableDrill.Plans;

namespace DurableDrill.Local.Tests.Drills;

/// <summary>The drill crashes after history events and goes on: its report is the same to the byte, and no fault is left.</summary>
public sealed class DrillCrashTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Drills => [.. Scripts.Keys];

    private static Dictionary<string, (DrillRequest Request, Action<ScriptedSteps> Script)> Scripts { get; } = new()
    {
        ["one fault"] = (Request(Fault("kill", 0, 4)) with { Quiesce = "generator" }, _ => { }
        ),
        ["cascade"] = (Request(Fault("processors", 0, 9), Fault("broker", 3, 4)), _ => { }
        ),
        ["fault that cannot be applied"] = (Request(Fault("processors", 0, 9), Fault("broker", 3, 4)), steps => steps.ApplyProblem = fault => fault == "broker" ? "no such container" : null),
        ["role"] = (Request(Fault("leader", 0, 9), Fault("db", 3, 4)) with { Roles = ["leader"] }, steps => steps.Holder = (_, _) => "kafka-2"),
        ["role that nobody has"] = (Request(Fault("db", 0, 9), Fault("leader", 3, 4)) with { Roles = ["leader"] }, _ => { }
        ),
        ["stop condition"] = (Request(Fault("kill", 0, 60)), steps => steps.Violated = burst => burst == 5 ? "stored stands still" : null),
        ["shares"] = (Request(Fault("kill", 0, 4)), steps => steps.Shares = 5),
        ["sequence"] = (Request(Fault("kill", 0, 4)) with { Parts = [Plan(Fault("kill", 0, 4)), Plan(Fault("stop", 1, 3))] }, _ => { }
        ),
    };

    [Theory]
    [MemberData(nameof(Drills))]
    public async Task Drill_CrashingAfterEveryEvent_ReportsTheSameToTheByte(string drill)
    {
        var expected = await RunAsync(drill, (harness, request) => harness.RunAsync(DrillWorkflow.Definition, "d", request));

        var actual = await RunAsync(drill, async (harness, request) =>
        {
            var status = await harness.RunWithCrashAfterEveryEventAsync(DrillWorkflow.Definition, "d", request);
            Assert.True(harness.Lives > 40, $"{harness.Lives} lives: the crashes did not happen");
            return status;
        });

        Assert.Equal(expected, actual);
    }

    [Theory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Drills))]
    public async Task Drill_CrashingOnce_AfterAnyEvent_ReportsTheSameToTheByte(string drill)
    {
        var events = 0;
        var expected = await RunAsync(drill, async (harness, request) =>
        {
            var status = await harness.RunAsync(DrillWorkflow.Definition, "d", request);
            events = harness.Events;
            return status;
        });

        for (var crashAfter = 1; crashAfter < events; crashAfter++)
        {
            var actual = await RunAsync(drill, (harness, request) => harness.RunWithCrashAfterAsync(DrillWorkflow.Definition, "d", request, crashAfter, tear: crashAfter % 2 == 0));
            Assert.True(expected == actual, $"crash after event {crashAfter} of {events}:\n{actual}\ninstead of\n{expected}");
        }
    }

    private static async Task<string> RunAsync(string drill, Func<CrashHarness, DrillRequest, Task<InstanceStatus>> run)
    {
        var (request, script) = Scripts[drill];
        var steps = new ScriptedSteps();
        script(steps);
        using var harness = new CrashHarness(steps.Catalog);
        var status = await run(harness, request);

        Assert.Equal((InstancePhase.Completed, null), (status.Phase, status.Failure?.Message));
        Assert.Empty(steps.Injured);
        Assert.Equal(1 + request.Parts.Count, steps.Reports.Count);
        return string.Join('\n', steps.Reports.OrderBy(report => report.Key, StringComparer.Ordinal).Select(report => report.Value).Append($"{status.Output}"));
    }

    private static DrillRequest Request(params PlannedFault[] faults) => new("d", "orders", Plan(faults), "here");

    private static DrillPlan Plan(params PlannedFault[] faults) => new() { Name = "worker", Faults = faults, Baseline = 5 * Second };

    private static PlannedFault Fault(string id, int at, int held) => new(id, new Kill(id), at * Second, held * Second);
}
