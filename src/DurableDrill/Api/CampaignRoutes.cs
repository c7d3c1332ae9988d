using DurableDrill.Campaigns;
using DurableDrill.Documents;

namespace DurableDrill.Api;

/// <summary>Campaigns: definitions, runs and what was missed.</summary>
internal sealed class CampaignRoutes(IDrillHost host, CampaignTicker ticker)
{
    /// <summary>So many of its newest runs are shown with where they are; the others are known by their ids.</summary>
    private const int Shown = 20;

    public async Task<ApiResponse> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var campaigns = new List<CampaignView>();
        foreach (var name in await host.Campaigns.ListAsync(cancellation))
        {
            if (await host.Campaigns.ReadAsync(name, cancellation) is { } text)
            {
                campaigns.Add(await ViewAsync(name, text, runs: 1, cancellation) with { Missed = null });
            }
        }

        return Answers.Ok(new { campaigns });
    }

    public async Task<ApiResponse> ShowAsync(ApiCall call, CancellationToken cancellation)
    {
        var (name, text) = await RequireAsync(call, cancellation);
        return Answers.Ok(await ViewAsync(name, text, Shown, cancellation) with { Definition = text.Text });
    }

    public async Task<ApiResponse> PutAsync(ApiCall call, CancellationToken cancellation)
    {
        var name = call.Arguments[0];
        var (body, ending) = await call.ReadBodyAsync(cancellation);
        var text = new CampaignText(name + ending, body);
        var reading = CampaignReader.Read(name, text);
        var errors = reading.Errors.ToList();
        if (!CampaignReader.IsName(name))
        {
            errors.Insert(0, new(Targets.Severity.Error, "campaign", $"found the name \"{name}\"; {CampaignReader.NameRule}"));
        }

        if (errors.Count > 0)
        {
            return Problem.Invalid(errors).ToResponse();
        }

        var before = await host.Campaigns.ReadAsync(name, cancellation);
        await host.Campaigns.WriteAsync(name, text, cancellation);
        if (await host.Campaigns.ReadStateAsync(name, cancellation) is null)
        {
            // It is due from now on, not from the first tick that sees it.
            await host.Campaigns.WriteStateAsync(name, new(host.Environment.Time.GetUtcNow()), cancellation);
        }

        var view = await ViewAsync(name, text, Shown, cancellation) with { Definition = body };
        return Answers.Json(before is null ? 201 : 200, view).With("Location", $"{DrillApi.Prefix}/campaigns/{name}");
    }

    public async Task<ApiResponse> DeleteAsync(ApiCall call, CancellationToken cancellation)
    {
        var (name, _) = await RequireAsync(call, cancellation);
        await host.Campaigns.DeleteAsync(name, cancellation);
        return Answers.Nothing;
    }

    public async Task<ApiResponse> RunAsync(ApiCall call, CancellationToken cancellation)
    {
        var (name, text) = await RequireAsync(call, cancellation);
        var reading = CampaignReader.Read(name, text);
        if (reading.Value is not { } definition)
        {
            return (Problem.Invalid(reading.Errors) with { Status = 409, Detail = $"the definition of \"{name}\" has errors" }).ToResponse();
        }

        var (run, started) = await ticker.StartAsync(definition, CancellationToken.None);
        return started
            ? Answers.Json(202, new { campaign = name, run_id = run }).With("Location", $"{DrillApi.Prefix}/campaigns/{name}")
            : Problem.Of(409, "campaign-runs", $"the run {run} of \"{name}\" has not ended").ToResponse();
    }

    public async Task<ApiResponse> AbortAsync(ApiCall call, CancellationToken cancellation)
    {
        var (name, _) = await RequireAsync(call, cancellation);
        var state = await host.Campaigns.ReadStateAsync(name, cancellation);
        if (state is null || await ticker.RunningAsync(state, cancellation) is not { } run)
        {
            return Problem.Of(409, "campaign-does-not-run", $"no run of \"{name}\" is under way").ToResponse();
        }

        await host.AbortAsync(run, "HTTP request", cancellation);
        return Answers.Json(202, new { campaign = name, run_id = run });
    }

    private async Task<(string Name, CampaignText Text)> RequireAsync(ApiCall call, CancellationToken cancellation)
    {
        var name = call.Arguments[0];
        return CampaignReader.IsName(name) && await host.Campaigns.ReadAsync(name, cancellation) is { } text
            ? (name, text)
            : throw new ProblemException(Problem.NotFound(
                $"there is no campaign \"{name}\"; {NearNames.Hint(name, await host.Campaigns.ListAsync(cancellation))}"));
    }

    private async Task<CampaignView> ViewAsync(string name, CampaignText text, int runs, CancellationToken cancellation)
    {
        var reading = CampaignReader.Read(name, text);
        var state = await host.Campaigns.ReadStateAsync(name, cancellation);
        var shown = new List<CampaignRunView>();
        foreach (var run in (state?.Runs ?? []).Take(runs))
        {
            shown.Add(await host.ReadRunAsync(run.RunId, cancellation)
                ?? new(run.RunId, run.ScheduledFor, Ended: true, null, null, "it has no instance: it was not started, or its history is gone"));
        }

        var definition = reading.Value;
        return new(name, definition?.Schedule.Expression, definition?.Schedule.TimeZone, definition?.Enabled,
            definition is { Enabled: true } ? definition.Schedule.Next(host.Environment.Time.GetUtcNow()) : null, definition?.Drills.Count, shown, state?.MissedCount ?? 0)
        {
            Missed = state?.Missed ?? [],
            Errors = reading.Value is null ? [.. reading.Errors.Select(error => error.ToString())] : null,
        };
    }
}

/// <summary>A campaign as others see it; what its definition does not say, because it cannot be read, is null.</summary>
/// <param name="Campaign">Its name.</param>
/// <param name="Schedule">The cron expression.</param>
/// <param name="TimeZone">On the clocks of which zone.</param>
/// <param name="Enabled">Whether the schedule counts.</param>
/// <param name="NextRun">When it is due next; null: it is not.</param>
/// <param name="DrillsPerRun">How many drills a run has.</param>
/// <param name="Runs">Its newest runs, newest first.</param>
/// <param name="MissedCount">How often it was due and did not run.</param>
public sealed record CampaignView(
    string Campaign, string? Schedule, string? TimeZone, bool? Enabled, DateTimeOffset? NextRun, int? DrillsPerRun, IReadOnlyList<CampaignRunView> Runs, long MissedCount)
{
    /// <summary>The newest of those; null: not asked for.</summary>
    public IReadOnlyList<MissedRun>? Missed { get; init; }

    /// <summary>The definition as it was written; null: not asked for.</summary>
    public string? Definition { get; init; }

    /// <summary>Why the definition cannot be read; null: it can.</summary>
    public IReadOnlyList<string>? Errors { get; init; }
}
