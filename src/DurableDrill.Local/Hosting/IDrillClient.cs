using DurableDrill.Api;
using DurableDrill.Faults;
using DurableDrill.Reports;

namespace DurableDrill.Local.Hosting;

/// <summary>What the command line asks about drills, whether they run in this home or on a server.</summary>
internal interface IDrillClient : IAsyncDisposable
{
    /// <summary>A drill, with its live figures while it runs; null when there is none.</summary>
    Task<DrillView?> LookAsync(string drillId, CancellationToken cancellation);

    /// <summary>Every drill, newest first; the drills of a sequence come with their parent.</summary>
    Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation);

    /// <summary>Asks a drill to end and revert; returns when the request is durable.</summary>
    Task AbortAsync(string drillId, string why, CancellationToken cancellation);

    /// <summary>Reverts by hand, due or not: tickets or drills by id, or every open ticket when none is named.</summary>
    /// <exception cref="KeyNotFoundException">A ticket or drill that was named is not there.</exception>
    Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>The report of a drill that is over; null: there is none.</summary>
    Task<DrillReport?> ReadReportAsync(string drillId, CancellationToken cancellation);

    /// <summary>Where a person finds a file of a drill's report: "report.md".</summary>
    string Locate(string drillId, string name);
}
