using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Plans;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Local.Hosting;

/// <summary>What the command line asks of the host that runs drills in this process, over one home folder.</summary>
internal interface IDrillHost : IAsyncDisposable
{
    /// <summary>
    /// What every command does first: reverts what is overdue, and goes on with (or, past its tickets' time, aborts) drills whose process died.
    /// One line for each thing found and done; usually none.
    /// </summary>
    /// <param name="resumed">The drill that this command goes on with; the others that were interrupted are aborted. Null: all are.</param>
    /// <param name="progress">Told what takes a while.</param>
    /// <param name="cancellation">Leaves the rest to the next command.</param>
    Task<IReadOnlyList<string>> TidyAsync(string? resumed, IProgress<string> progress, CancellationToken cancellation);

    /// <summary>Starts a drill in this process and returns its id at once.</summary>
    /// <param name="target">Name of a target that is up in this home.</param>
    /// <param name="plan">What is done.</param>
    /// <param name="parts">The plans of <see cref="DrillPlan.Each"/>, in order; else empty.</param>
    /// <param name="cancellation">Ends the start, not the drill.</param>
    Task<string> StartAsync(string target, DrillPlan plan, IReadOnlyList<DrillPlan> parts, CancellationToken cancellation);

    /// <summary>A drill as its history tells it, whichever process runs it; null when there is none.</summary>
    Task<DrillView?> ReadAsync(string drillId, CancellationToken cancellation);

    /// <summary>Every drill of this home, newest first; the drills of a sequence come with their parent.</summary>
    Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation);

    /// <summary>The readings since an instant that are stored so far, of all signals, in order of time: the live figures.</summary>
    Task<IReadOnlyList<Sample>> SamplesAsync(string drillId, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Asks a drill to end and revert, whichever process runs it; returns when the request is durable.</summary>
    Task AbortAsync(string drillId, string why, CancellationToken cancellation);

    /// <summary>Reverts by hand, due or not: tickets or drills by id, or every open ticket.</summary>
    Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>The report of a drill that is over; null: there is none.</summary>
    Task<DrillReport?> ReadReportAsync(string drillId, CancellationToken cancellation);

    /// <summary>Reads the sink once more and marks what was lost when the drill ended and is there now; null: there is nothing to compare.</summary>
    Task<DrillReport?> RecheckAsync(string drillId, CancellationToken cancellation);

    /// <summary>Where a person finds a file of a drill's report: "report.md".</summary>
    string Locate(string drillId, string name);
}

/// <summary>A drill as others see it.</summary>
/// <param name="DrillId">The drill.</param>
/// <param name="DrillType">The plan's name.</param>
/// <param name="Target">The target's name.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Status">Where it is; null: it has not said yet.</param>
/// <param name="Outcome">How it ended; null: it has not.</param>
/// <param name="Alive">Whether a process works on it now; one that has neither ended nor is alive waits for the next command.</param>
/// <param name="Problem">Why its history cannot be read; null: it can.</param>
internal sealed record DrillView(
    string DrillId, string DrillType, string Target, DateTimeOffset StartedAt, DrillStatus? Status, DrillOutcome? Outcome, bool Alive, string? Problem);
