using DurableDrill.Adapters.Processes;

namespace DurableDrill.Local.Hosting;

/// <summary>
/// The home folder: <c>targets/NAME</c>, <c>tickets/</c>, <c>instances/ID</c>, <c>drills/ID</c>,
/// <c>campaigns/NAME.yaml</c>. Everything that lasts is in it, so that any later
/// command, and the watchdog, can go on from it alone.
/// </summary>
/// <param name="Path">A full path; it need not exist.</param>
internal sealed record HomeFolder(string Path)
{
    /// <summary>The runs of targets.</summary>
    public string Targets => In("targets");

    /// <summary>Fault tickets.</summary>
    public string Tickets => In("tickets");

    /// <summary>Histories.</summary>
    public string Instances => In("instances");

    /// <summary>Requests, samples and reports.</summary>
    public string Drills => In("drills");

    /// <summary>Definitions of campaigns, and what became of them.</summary>
    public string Campaigns => In("campaigns");

    /// <summary>The run of one target.</summary>
    public RunFolder RunOf(string target) => new(System.IO.Path.Combine(Targets, target));

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
