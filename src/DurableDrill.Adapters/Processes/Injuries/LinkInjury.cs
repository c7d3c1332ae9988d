using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>Partition, latency and bandwidth: done by the TCP links through which the components talk.</summary>
internal sealed class LinkInjury : Injury
{
    public override IEnumerable<string> Locks(RunState state, Fault fault) => Links(state, fault).Select(link => link.Component);

    public override IEnumerable<Finding> Check(Scene scene)
    {
        var fault = scene.Ticket.Fault;
        var links = Links(scene.State, fault).ToList();
        if (links.Count == 0)
        {
            yield return Error("component", $"no link of this target lies between {scene.Component} and {Peer(fault) ?? "any other"}; there are: "
                + $"{string.Join(", ", scene.State.Definition.Links.Select(link => $"{link.From} - {link.To}"))}.");
        }

        foreach (var link in links.Where(link => ComponentRunner.Leader(scene.State, link.Component) is null))
        {
            yield return Error("component", $"{link.Component}, the link between {link.From} and {link.To}, does not run.");
        }

        foreach (var shared in scene.State.Definition.Links.Except(links).Where(other => links.Any(link => link.Control == other.Control)))
        {
            yield return Warning("component", $"what passes between {shared.From} and {shared.To} is hit too: it takes the same link, {shared.Component}.");
        }
    }

    public override async Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        foreach (var link in Controls(scene))
        {
            await LinkControl.PutAsync(link, Wanted(scene.State, link), cancellation);
        }
    }

    public override async Task RevertAsync(Scene scene, CancellationToken cancellation)
    {
        foreach (var link in Controls(scene).Where(link => ComponentRunner.Leader(scene.State, link.Component) is not null))
        {
            await LinkControl.PutAsync(link, Wanted(scene.State, link), cancellation);
        }
    }

    public override async Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation)
    {
        foreach (var link in Controls(scene).Where(link => ComponentRunner.Leader(scene.State, link.Component) is not null))
        {
            if (await LinkControl.GetAsync(link, cancellation) != Wanted(scene.State, link))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<LinkDefinition> Controls(Scene scene) =>
        Links(scene.State, scene.Ticket.Fault).DistinctBy(link => link.Control);

    /// <summary>All faults on one link at once: cut if any cuts, the longest delay, the narrowest width.</summary>
    private static LinkState Wanted(RunState state, LinkDefinition link)
    {
        var faults = state.Faults.Values.Where(fault => Links(state, fault).Any(other => other.Control == link.Control)).ToList();
        var slowest = faults.OfType<Latency>().MaxBy(fault => fault.Delay);
        return new(
            faults.OfType<Partition>().Any(),
            slowest?.Delay.TotalMilliseconds ?? 0,
            slowest?.Jitter.TotalMilliseconds ?? 0,
            faults.OfType<Bandwidth>().Select(fault => (long?)fault.BytesPerSecond).Min());
    }

    private static IEnumerable<LinkDefinition> Links(RunState state, Fault fault) => fault is Partition or Latency or Bandwidth
        ? state.Definition.Links.Where(link => Joins(link, fault.Component, Peer(fault)))
        : [];

    private static bool Joins(LinkDefinition link, string component, string? peer) =>
        (link.From == component && (peer is null || link.To == peer)) || (link.To == component && (peer is null || link.From == peer));

    private static string? Peer(Fault fault) => fault switch
    {
        Partition partition => partition.Peer,
        Latency latency => latency.Peer,
        Bandwidth bandwidth => bandwidth.Peer,
        _ => null,
    };
}
