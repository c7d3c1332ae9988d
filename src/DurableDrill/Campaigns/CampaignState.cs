namespace DurableDrill.Campaigns;

/// <summary>What has become of a campaign so far.</summary>
/// <param name="Checked">Every instant up to here has been dealt with: started, or told as missed.</param>
public sealed record CampaignState(DateTimeOffset Checked)
{
    private const int Kept = 100;

    /// <summary>Its runs, newest first; the newest 100.</summary>
    public IReadOnlyList<CampaignRun> Runs { get; init; } = [];

    /// <summary>The instants at which it was due and did not run, newest first; the newest 100.</summary>
    public IReadOnlyList<MissedRun> Missed { get; init; } = [];

    /// <summary>How many were missed in all.</summary>
    public long MissedCount { get; init; }

    /// <summary>With one more run.</summary>
    internal CampaignState WithRun(CampaignRun run) => this with { Runs = [run, .. Runs.Take(Kept - 1)] };

    /// <summary>With more missed instants.</summary>
    /// <param name="missed">In order of time.</param>
    internal CampaignState WithMissed(IReadOnlyList<MissedRun> missed) => this with
    {
        Missed = [.. missed.Reverse().Concat(Missed).Take(Kept)],
        MissedCount = MissedCount + missed.Count,
    };
}

/// <summary>A run that was started.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ScheduledFor">When it was due.</param>
public sealed record CampaignRun(string RunId, DateTimeOffset ScheduledFor);

/// <summary>An instant at which a campaign was due and did not run.</summary>
/// <param name="ScheduledFor">When it was due.</param>
/// <param name="Reason">Why it did not.</param>
public sealed record MissedRun(DateTimeOffset ScheduledFor, string Reason);

/// <summary>Decides what a campaign is to do now. The same input gives the same answer.</summary>
public static class CampaignClock
{
    /// <summary>A run that is later than this is missed: nobody wants the drill of the night at noon. A host looks once a minute.</summary>
    public static TimeSpan Late { get; } = TimeSpan.FromMinutes(2);

    /// <summary>A host's timer may fire a moment early; what is due in that moment would wait for the next look, a minute later.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    /// <summary>No host looks further back; what was missed before then is not counted.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(366);

    /// <summary>What is due.</summary>
    /// <param name="definition">The campaign.</param>
    /// <param name="state">What has become of it so far; null: it is seen for the first time and is due from now on.</param>
    /// <param name="now">The time.</param>
    /// <param name="running">Its run that has not ended; null: none.</param>
    /// <returns>The state after this look, and the instant whose run is to be started; null: none.</returns>
    public static (CampaignState Next, DateTimeOffset? Start) Decide(
        CampaignDefinition definition, CampaignState? state, DateTimeOffset now, string? running)
    {
        if (state is null || !definition.Enabled)
        {
            return ((state ?? new(now)) with { Checked = now }, null);
        }

        var since = state.Checked < now - Memory ? now - Memory : state.Checked;
        var due = definition.Schedule.Between(since, now + Early).ToList();
        DateTimeOffset? start = due.Count > 0 && now - due[^1] <= Late && running is null ? due[^1] : null;
        var missed = due.Where(instant => instant != start).Select(instant => new MissedRun(instant, Why(instant, now, running, start))).ToList();
        var next = (state with { Checked = state.Checked > now + Early ? state.Checked : now + Early }).WithMissed(missed);
        return (next, start);
    }

    private static string Why(DateTimeOffset instant, DateTimeOffset now, string? running, DateTimeOffset? start) =>
        now - instant > Late ? "the host was not there"
        : start is null && running is not null ? $"its run {running} had not ended"
        : "a later one was due too";
}
