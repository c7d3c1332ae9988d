using DurableDrill.Drills;
using DurableDrill.Workflows;

namespace DurableDrill.Campaigns;

/// <summary>
/// One run of a campaign: its drills one after the other, each an instance of its own with its own report. A drill that errs does not end the
/// run: the next one may well be possible. An abort ends the drill under way and the run.
/// </summary>
public static class CampaignWorkflow
{
    /// <summary>The workflow, as hosts register it.</summary>
    public static Workflow<CampaignRequest, CampaignOutcome> Definition { get; } = new("campaign", 1, RunAsync);

    /// <summary>Looks the drill up as its target offers it now, and writes its request down.</summary>
    public static Step<CampaignTurn, PreparedDrill> Prepare { get; } = new("prepare-campaign-drill", RetryPolicy.Default);

    private static async Task<CampaignOutcome> RunAsync(IWorkflowContext context, CampaignRequest request)
    {
        var outcomes = new List<DrillOutcome>();
        string? aborted = null;
        using var listening = new CancellationTokenSource();
        var abort = context.WaitForSignalAsync<string>(DrillSignals.Abort, listening.Token);
        for (var index = 0; index < request.Drills.Count && aborted is null; index++)
        {
            var id = request.DrillIdOf(index);
            context.Publish(new CampaignStatus(index + 1, request.Drills.Count, id));
            try
            {
                var prepared = await context.CallAsync(Prepare, new CampaignTurn(id, request.Drills[index]));
                if (prepared.Request is not { } drill)
                {
                    outcomes.Add(new(id, Verdict.Errored, [prepared.Problem!]));
                    continue;
                }

                var running = context.CallWorkflowAsync(DrillWorkflow.Definition, id, drill);
                if (await Task.WhenAny(running, abort) == abort)
                {
                    aborted = await abort;
                    context.Signal(id, DrillSignals.Abort, aborted);
                }

                outcomes.Add(await running);
            }
            catch (StepFailedException error)
            {
                outcomes.Add(new(id, Verdict.Errored, [error.Message]));
            }

            if (abort.IsCompletedSuccessfully)
            {
                aborted ??= await abort;
            }
        }

        listening.Cancel();
        return new(request.RunId, request.Campaign, request.ScheduledFor, context.Now, outcomes, aborted);
    }
}

/// <summary>A drill whose turn has come.</summary>
/// <param name="DrillId">Its id.</param>
/// <param name="Drill">What the campaign says of it.</param>
public sealed record CampaignTurn(string DrillId, CampaignDrill Drill);

/// <summary>A drill that can be run, or why it cannot.</summary>
/// <param name="Request">What starts it.</param>
/// <param name="Problem">Why there is nothing to start; null: there is.</param>
public sealed record PreparedDrill(DrillRequest? Request, string? Problem);
