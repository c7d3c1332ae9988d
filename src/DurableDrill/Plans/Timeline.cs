using DurableDrill.Faults;

namespace DurableDrill.Plans;

/// <summary>What holds of the faults of a plan together.</summary>
internal static class Timeline
{
    /// <summary>In order of time, each without an id given "KIND-COMPONENT", numbered when it repeats.</summary>
    public static IReadOnlyList<PlannedFault> WithIds(IEnumerable<PlannedFault> faults)
    {
        var list = faults.OrderBy(f => f.At).ToList();
        var used = list.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
        return [.. list.Select(f => f.Id.Length > 0 ? f : f with { Id = Free($"{f.Fault.Kind}-{f.Fault.Component}", used) })];
    }

    /// <summary>
    /// Why two faults cannot be held at once, from the later one's point of view; null: they can. Two that end and start at the same
    /// instant are at once too: which comes first is not said.
    /// </summary>
    public static string? Contradiction(PlannedFault earlier, PlannedFault later) =>
        later.At <= earlier.At + earlier.For && earlier.At <= later.At + later.For && Resource(earlier.Fault) is { } held && held == Resource(later.Fault)
            ? $"{later.Fault.Kind} of {later.Fault.Component} starts while \"{earlier.Id}\" ({earlier.Fault.Kind}) still holds it"
            : null;

    /// <summary>What a fault takes for itself while it is held; null: nothing that another could not share.</summary>
    private static string? Resource(Fault fault) => fault switch
    {
        Stop or Kill or Crash or Restart or Pause => $"life of {fault.Component}",
        Partition f => $"path {Pair(f.Component, f.Peer)}",
        Latency f => $"path {Pair(f.Component, f.Peer)}",
        Loss f => $"path {Pair(f.Component, f.Peer)}",
        Bandwidth f => $"path {Pair(f.Component, f.Peer)}",
        Cpu or Memory => $"{fault.Kind} of {fault.Component}",
        DiskFill f => $"disk {f.Path} of {f.Component}",
        StateLoss f => $"state {f.Path} of {f.Component}",
        _ => null,
    };

    private static string Pair(string a, string? b) =>
        string.CompareOrdinal(a, b) <= 0 ? $"{a} {b}" : $"{b} {a}";

    private static string Free(string id, HashSet<string> used)
    {
        var free = id;
        for (var i = 2; !used.Add(free); i++)
        {
            free = $"{id}-{i}";
        }

        return free;
    }
}
