using System.Globalization;
using DurableDrill.Api;
using DurableDrill.Documents;
using DurableDrill.Drills;
using DurableDrill.Reports;
using DurableDrill.Targets;
using DurableDrill.Workflows;

namespace DurableDrill.Campaigns;

/// <summary>
/// Starts what is due. A host calls <see cref="TickAsync(CancellationToken)"/> when it starts and once a minute. What was decided is written down before it is done, so that a crash
/// between the two is seen by the next tick; run ids are made of the instant that was due, so that no run is started twice.
/// </summary>
/// <param name="host">The host.</param>
public sealed class CampaignTicker(IDrillHost host)
{
    /// <summary>Of the ticks and the starts by hand of one process, one at a time.</summary>
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Looks at every campaign once.</summary>
    /// <returns>What is worth a line in the log: runs that were started or missed, definitions that cannot be read.</returns>
    public async Task<IReadOnlyList<string>> TickAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        foreach (var name in await host.Campaigns.ListAsync(cancellation))
        {
            if (await host.Campaigns.ReadAsync(name, cancellation) is not { } text)
            {
                continue;
            }

            var reading = CampaignReader.Read(name, text);
            if (reading.Value is { } definition)
            {
                lines.AddRange(await TickAsync(definition, cancellation));
            }
            else
            {
                lines.AddRange(reading.Errors.Select(error => $"campaign {name}: {error}"));
            }
        }

        return lines;
    }

    /// <summary>Starts a run by hand, whatever the schedule says.</summary>
    /// <returns>The run's id, or the id of the run that has not ended and is in its way.</returns>
    public async Task<(string RunId, bool Started)> StartAsync(CampaignDefinition definition, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var now = host.Environment.Time.GetUtcNow();
            var state = await host.Campaigns.ReadStateAsync(definition.Campaign, cancellation) ?? new(now);
            return await RunningAsync(state, cancellation) is { } running
                ? (running, false)
                : (await StartAsync(definition, state, now, cancellation), true);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The run of a campaign that has not ended; null: none.</summary>
    public async Task<string?> RunningAsync(CampaignState state, CancellationToken cancellation) =>
        state.Runs.Count > 0 && await host.ReadRunAsync(state.Runs[0].RunId, cancellation) is { Ended: false } run ? run.RunId : null;

    private async Task<IReadOnlyList<string>> TickAsync(CampaignDefinition definition, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var name = definition.Campaign;
            var now = host.Environment.Time.GetUtcNow();
            var before = await host.Campaigns.ReadStateAsync(name, cancellation);
            var known = await RepairAsync(definition, before, now, cancellation);
            var running = known is null ? null : await RunningAsync(known, cancellation);
            var (state, start) = CampaignClock.Decide(definition, known, now, running);
            var lines = new List<string>();
            lines.AddRange(state.Missed.Take((int)Math.Min(state.Missed.Count, state.MissedCount - (before?.MissedCount ?? 0)))
                .Select(missed => $"campaign {name}: missed its run of {missed.ScheduledFor:u}: {missed.Reason}"));
            if (start is { } instant)
            {
                lines.Add($"campaign {name}: started {await StartAsync(definition, state, instant, cancellation)}");
            }
            else
            {
                await host.Campaigns.WriteStateAsync(name, state, cancellation);
            }

            return lines;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<string> StartAsync(CampaignDefinition definition, CampaignState state, DateTimeOffset instant, CancellationToken cancellation)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{definition.Campaign}-{instant.UtcDateTime:yyyyMMdd-HHmmss}");
        await host.Campaigns.WriteStateAsync(definition.Campaign, state.WithRun(new(id, instant)), cancellation);
        await host.ScheduleAsync(new CampaignRequest(id, definition.Campaign, instant, definition.Drills), cancellation);
        return id;
    }

    /// <summary>A host died after it had decided to start a run and before it did: it is started now, or missed when that is too late.</summary>
    private async Task<CampaignState?> RepairAsync(CampaignDefinition definition, CampaignState? state, DateTimeOffset now, CancellationToken cancellation)
    {
        if (state is not { Runs: [var run, ..] } || await host.ReadRunAsync(run.RunId, cancellation) is not null)
        {
            return state;
        }

        if (now - run.ScheduledFor > CampaignClock.Late)
        {
            return (state with { Runs = [.. state.Runs.Skip(1)] }).WithMissed([new(run.ScheduledFor, "the host died when it was about to start it")]);
        }

        await host.ScheduleAsync(new CampaignRequest(run.RunId, definition.Campaign, run.ScheduledFor, definition.Drills), cancellation);
        return state;
    }
}

/// <summary>Registers campaigns with a host.</summary>
public static class CampaignStepBodies
{
    /// <summary>The workflow and its step; drills are registered by <see cref="DrillStepBodies.AddDrills"/>.</summary>
    public static WorkflowCatalog AddCampaigns(this WorkflowCatalog catalog, IDrillHost host) => catalog
        .Add(CampaignWorkflow.Definition)
        .Add(CampaignWorkflow.Prepare, (turn, _, cancellation) => PrepareAsync(host, turn, cancellation));

    private static async Task<PreparedDrill> PrepareAsync(IDrillHost host, CampaignTurn turn, CancellationToken cancellation)
    {
        var (id, drill) = turn;
        if (!(await host.ListTargetsAsync(cancellation)).Any(target => target.Target == drill.Target))
        {
            return new(null, $"there is no target \"{drill.Target}\" here");
        }

        try
        {
            var target = (await host.Environment.OpenAsync(drill.Target, cancellation)).Definition;
            if (!target.Drills.TryGetValue(drill.Drill, out var plan))
            {
                return new(null, $"\"{drill.Target}\" has no drill \"{drill.Drill}\"; {NearNames.Hint(drill.Drill, target.Drills.Keys)}");
            }

            var choice = Plans.PlanChoice.Of(plan, target, drill.Hold, drill.Seed);
            var request = DrillRequest.Of(id, drill.Target, target, choice, host.Name);

            // Run again after a crash, it finds what it wrote: the drill is what it was then.
            return await host.Environment.Reports.TryCreateJsonAsync(id, ReportFiles.Request, request, cancellation)
                ? new(request, null)
                : new(await host.Environment.Reports.ReadJsonAsync<DrillRequest>(id, ReportFiles.Request, cancellation), null);
        }
        catch (TargetException error)
        {
            return new(null, error.Message);
        }
    }
}
