using DurableDrill.Drills;

namespace DurableDrill.Campaigns;

/// <summary>Drills that are run again and again: a list in sequence, with repetitions, at times of its own.</summary>
public sealed record CampaignDefinition
{
    /// <summary>Its name: lower case letters, digits and '-', at most 32.</summary>
    public required string Campaign { get; init; }

    /// <summary>When.</summary>
    public required CampaignSchedule Schedule { get; init; }

    /// <summary>Whether the schedule counts; started by hand it runs in any case. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The drills of one run, in order, repetitions written out; at least 1, at most 500.</summary>
    public required IReadOnlyList<CampaignDrill> Drills { get; init; }
}

/// <summary>One drill of a campaign.</summary>
/// <param name="Target">A target that the host holds when the drill's turn comes.</param>
/// <param name="Drill">A drill that it offers by name.</param>
/// <param name="Hold">Hold the longest fault for this time; null: as written.</param>
/// <param name="Seed">Draw chaos anew from this seed; null: as written.</param>
public sealed record CampaignDrill(string Target, string Drill, TimeSpan? Hold, ulong? Seed);

/// <summary>What starts a campaign's run.</summary>
/// <param name="RunId">The run's id, which is the workflow instance's too; its drills are RUN-1, RUN-2, …</param>
/// <param name="Campaign">The campaign.</param>
/// <param name="ScheduledFor">The instant that it was due; started by hand: when that was.</param>
/// <param name="Drills">What it runs.</param>
public sealed record CampaignRequest(string RunId, string Campaign, DateTimeOffset ScheduledFor, IReadOnlyList<CampaignDrill> Drills)
{
    /// <summary>The id of one of its drills.</summary>
    public string DrillIdOf(int index) => $"{RunId}-{index + 1}";
}

/// <summary>Where a campaign's run is.</summary>
/// <param name="Number">Which drill runs, from 1.</param>
/// <param name="Of">How many there are.</param>
/// <param name="DrillId">That drill.</param>
public sealed record CampaignStatus(int Number, int Of, string DrillId);

/// <summary>How a campaign's run ended.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Campaign">The campaign.</param>
/// <param name="ScheduledFor">When it was due.</param>
/// <param name="EndedAt">When its last drill was over.</param>
/// <param name="Drills">Its drills in order; those that an abort left out are not among them.</param>
/// <param name="Aborted">Who or what ended it and why; null: nobody.</param>
public sealed record CampaignOutcome(
    string RunId, string Campaign, DateTimeOffset ScheduledFor, DateTimeOffset EndedAt, IReadOnlyList<DrillOutcome> Drills, string? Aborted);

/// <summary>A campaign's run as others see it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Ended">Whether nothing more will happen to it.</param>
/// <param name="Status">Where it is; null: it has not said yet.</param>
/// <param name="Outcome">How it ended; null: it has not, or failed.</param>
/// <param name="Problem">Why it failed; null: it did not.</param>
public sealed record CampaignRunView(
    string RunId, DateTimeOffset StartedAt, bool Ended, CampaignStatus? Status, CampaignOutcome? Outcome, string? Problem);
