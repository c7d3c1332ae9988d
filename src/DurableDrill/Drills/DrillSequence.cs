using DurableDrill.Workflows;

namespace DurableDrill.Drills;

/// <summary>Drills in turn on one target ("comprehensive"): each is a drill of its own, with its own report; one that errs ends the sequence.</summary>
internal sealed class DrillSequence(IWorkflowContext context, DrillRequest request)
{
    public async Task<DrillOutcome> RunAsync()
    {
        var record = new DrillRecord { Request = request, StartedAt = context.Now };
        using var listening = new CancellationTokenSource();
        var abort = context.WaitForSignalAsync<string>(DrillSignals.Abort, listening.Token);
        foreach (var (part, index) in request.Parts.Select((part, index) => (part, index)))
        {
            var id = request.PartId(index);
            context.Publish(new DrillStatus(Phase.Inject, context.Now, null, $"{index + 1} of {request.Parts.Count}: {part.Name}") { Part = id });
            var drill = context.CallWorkflowAsync(DrillWorkflow.Definition, id, request with { DrillId = id, Plan = part, Parts = [] });
            if (await Task.WhenAny(drill, abort) == abort)
            {
                record.Aborted = await abort;
                context.Signal(id, DrillSignals.Abort, record.Aborted);
            }

            try
            {
                record.Parts.Add(await drill);
            }
            catch (StepFailedException error)
            {
                record.Error = error.Message;
            }

            if (record.Aborted is not null || record.Error is not null || record.Parts[^1].Verdict is Verdict.Errored or Verdict.Aborted)
            {
                break;
            }
        }

        listening.Cancel();
        record.EndedAt = context.Now;
        return await context.CallAsync(DrillSteps.Report, record);
    }
}
