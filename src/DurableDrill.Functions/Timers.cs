using DurableDrill.Api;
using DurableDrill.Faults;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace DurableDrill.Functions;

/// <summary>What the app does by itself. The platform runs each timer on one machine at a time.</summary>
public sealed class Timers(DrillApi api, Janitor janitor, Instances instances, ILogger<Timers> log)
{
    /// <summary>Starts what campaigns are due, each minute and when the app starts.</summary>
    [Function("campaigns-tick")]
    public async Task TickAsync(
        [TimerTrigger("0 * * * * *", RunOnStartup = true)] TimerInfo timer, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        instances.Use(client);
        foreach (var line in await api.Campaigns.TickAsync(context.CancellationToken))
        {
            log.LogInformation("{Line}", line);
        }
    }

    /// <summary>Reverts what no workflow will: a drill was terminated, or its time is up.</summary>
    [Function("janitor")]
    public async Task SweepAsync(
        [TimerTrigger("30 * * * * *", RunOnStartup = true)] TimerInfo timer, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        instances.Use(client);
        var report = await janitor.SweepAsync("janitor", context.CancellationToken);
        foreach (var act in report.Acts.Where(act => act.Outcome != JanitorOutcome.NotDue))
        {
            var level = act.Outcome == JanitorOutcome.Failed ? LogLevel.Error : LogLevel.Information;
            log.Log(level, "{Ticket}: {Outcome} {Error}", act.Ticket.Id, act.Outcome, act.Error);
        }

        foreach (var problem in report.Unreadable)
        {
            log.LogError("A ticket cannot be read; a person must look: {Problem}", problem);
        }
    }
}
