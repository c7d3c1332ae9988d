using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>
/// One drill, from preflight to report.
/// <list type="number">
/// <item>Preflight: plan and target are checked, the target is taken. An error ends it here.</item>
/// <item>Observe: a sub-workflow reads the signals, from here until the pipeline has been validated.</item>
/// <item>Baseline: the healthy pipeline is measured. One that is not steady, or breaks the hypothesis, ends it here.</item>
/// <item>Inject: every ticket is written, then each fault is applied and reverted at its time.</item>
/// <item>Recover: the recovery rule is asked until it has an answer.</item>
/// <item>Validate: the producer is paused (a fault too, with a ticket), and a sub-workflow waits until the pipeline is quiet and has every id looked for.</item>
/// <item>Revert: always, whatever happened above; then the target is let go.</item>
/// <item>Report: always.</item>
/// </list>
/// </summary>
public static class DrillWorkflow
{
    /// <summary>The workflow, as hosts register it.</summary>
    public static Workflow<DrillRequest, DrillOutcome> Definition { get; } = new("drill", 3, RunAsync);

    private static Task<DrillOutcome> RunAsync(IWorkflowContext context, DrillRequest request) => request.Parts.Count == 0
        ? new DrillRun(context, request).RunAsync()
        : new DrillSequence(context, request).RunAsync();
}
