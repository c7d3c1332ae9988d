using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Faults;

namespace DurableDrill.Api;

/// <summary>
/// What the HTTP API and campaigns ask of a host: that it runs workflow instances, and which targets it holds. Every host implements it, so that
/// routes, statuses and bodies cannot differ.
/// </summary>
public interface IDrillHost
{
    /// <summary>Which machine or app this is, for people who meet its hold on a target.</summary>
    string Name { get; }

    /// <summary>Clock, stores and targets: what the steps of its drills see.</summary>
    IDrillEnvironment Environment { get; }

    /// <summary>Where campaigns are kept.</summary>
    ICampaignStore Campaigns { get; }

    /// <summary>The targets that this host holds, in order of their names.</summary>
    Task<IReadOnlyList<TargetView>> ListTargetsAsync(CancellationToken cancellation);

    /// <summary>Starts the instance of a drill under the drill's id; does nothing when there is one, ended or not.</summary>
    Task ScheduleAsync(DrillRequest request, CancellationToken cancellation);

    /// <summary>Starts the instance of a campaign's run under the run's id; does nothing when there is one, ended or not.</summary>
    Task ScheduleAsync(CampaignRequest request, CancellationToken cancellation);

    /// <summary>A drill, whichever process runs it; null when there is none of this id, whatever the id looks like.</summary>
    Task<DrillView?> ReadAsync(string drillId, CancellationToken cancellation);

    /// <summary>Every drill, newest first; the drills of sequences and campaigns among them.</summary>
    Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation);

    /// <summary>A campaign's run; null when it has no instance.</summary>
    Task<CampaignRunView?> ReadRunAsync(string runId, CancellationToken cancellation);

    /// <summary>Asks a drill or a campaign's run to end and revert; returns when the request is durable. One that has ended ignores it.</summary>
    Task AbortAsync(string instanceId, string why, CancellationToken cancellation);

    /// <summary>Reverts by hand, due or not: tickets or drills by id, or every open ticket when none is named.</summary>
    /// <exception cref="KeyNotFoundException">A ticket or drill that was named is not there.</exception>
    Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation);
}

/// <summary>A drill as others see it.</summary>
/// <param name="DrillId">The drill.</param>
/// <param name="DrillType">The plan's name.</param>
/// <param name="Target">The target's name.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Status">Where it is; null: it has not said yet.</param>
/// <param name="Outcome">How it ended; null: it has not.</param>
/// <param name="Alive">Whether somebody works on it now; one that has neither ended nor is alive waits to be resumed.</param>
/// <param name="Problem">Why its history cannot be read; null: it can.</param>
public sealed record DrillView(
    string DrillId, string DrillType, string Target, DateTimeOffset StartedAt, DrillStatus? Status, DrillOutcome? Outcome, bool Alive, string? Problem)
{
    /// <summary>What its probes read lately; null: it does not run, or nobody asked.</summary>
    public LiveFigures? Figures { get; init; }

    /// <summary>Where to go from here, by relation; the HTTP API fills it in.</summary>
    public IReadOnlyDictionary<string, string>? Links { get; init; }
}

/// <summary>A target that a host holds.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Carrier">What runs it.</param>
/// <param name="State">up when it can be drilled; else the host's word for what it is.</param>
/// <param name="Components">Its components.</param>
/// <param name="Drills">The drills that it offers by name.</param>
public sealed record TargetView(string Target, string Carrier, string State, IReadOnlyList<string> Components, IReadOnlyList<string> Drills)
{
    /// <summary>The state of a target that can be drilled.</summary>
    public const string Up = "up";
}
