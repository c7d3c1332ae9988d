using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>Which carrier can never do which fault, so that a plan is refused when it is read. What a machine lacks, preflight finds.</summary>
internal static class FaultSupport
{
    /// <summary>The carriers of target files.</summary>
    public static readonly IReadOnlyList<string> Carriers = ["docker", "processes", "container-groups"];

    private static readonly string[] ContainerGroups = ["stop", "restart"];

    /// <summary>Why this carrier never does this kind; null: it may.</summary>
    public static string? Why(string kind, string carrier) => (carrier, kind) switch
    {
        ("container-groups", _) when !ContainerGroups.Contains(kind) =>
            $"{kind} cannot be done to container groups; allowed: {string.Join(", ", ContainerGroups)}",
        ("processes", "loss") => "loss cannot be done to processes: their link carries TCP, which repairs it; use latency or bandwidth",
        ("processes", "memory") => "memory cannot be done to processes, which share a control group with others; use the docker carrier",
        _ => null,
    };

    /// <summary>Why this fault can never be done to this target, or to one of those that may have the role that it names; null: it may.</summary>
    public static string? Why(Fault fault, TargetDefinition target)
    {
        if (target.Roles.TryGetValue(fault.Component, out var candidates))
        {
            return candidates.Keys.Select(candidate => Why(fault with { Component = candidate }, target)).FirstOrDefault(why => why is not null);
        }

        if (Why(fault.Kind, target.Carrier) is { } why)
        {
            return why;
        }

        var (network, peer) = fault switch
        {
            Partition f => (true, f.Peer),
            Latency f => (true, f.Peer),
            Loss f => (true, f.Peer),
            Bandwidth f => (true, f.Peer),
            _ => (false, null),
        };
        if (!network || target.Carrier != "processes" || target.Links.Any(l => Joins(l, fault.Component, peer)))
        {
            return null;
        }

        var links = target.Links.Count == 0 ? "there are none" : $"there are: {string.Join(", ", target.Links.Select(l => $"{l.From} to {l.To}"))}";
        return $"{fault.Kind} needs a link {(peer is null ? $"at {fault.Component}" : $"between {fault.Component} and {peer}")}; {links}";
    }

    private static bool Joins(LinkDefinition link, string component, string? peer) =>
        (link.From == component && (peer is null || link.To == peer)) || (link.To == component && (peer is null || link.From == peer));
}
