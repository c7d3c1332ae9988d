using DurableDrill.Documents;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>
/// Reads a fault as people write it: <c>{ stop: cassandra, for: 45s }</c>. The key that names the kind holds the component, a group or a list;
/// several components are several faults at the same time.
/// </summary>
internal static class FaultReader
{
    /// <summary>How long a fault is held that does not say.</summary>
    public static readonly TimeSpan DefaultFor = TimeSpan.FromSeconds(30);

    private static readonly DurationRange Hold = new(TimeSpan.Zero, TimeSpan.FromHours(24), Open: true);
    private static readonly DurationRange Offset = new(TimeSpan.Zero, TimeSpan.FromHours(24));
    private static readonly DurationRange Delay = new(TimeSpan.Zero, TimeSpan.FromMinutes(10), Open: true);

    /// <summary>Each kind's own fields; what they make of a component.</summary>
    private static readonly Dictionary<string, Func<Fields, TargetDefinition?, Func<string, Fault>>> Kinds = new()
    {
        ["stop"] = (_, _) => c => new Stop(c),
        ["kill"] = (_, _) => c => new Kill(c),
        ["crash"] = (_, _) => c => new Crash(c),
        ["restart"] = (_, _) => c => new Restart(c),
        ["pause"] = (_, _) => c => new Pause(c),
        ["partition"] = (f, t) => Use(Peer(f, "from", t), peer => c => new Partition(c, peer)),
        ["latency"] = ReadLatency,
        ["loss"] = (f, t) => Use((Peer(f, "to", t), Need(f, "percent", p => p is > 0 and <= 100, "more than 0, at most 100")),
            x => c => new Loss(c, x.Item1, x.Item2)),
        ["bandwidth"] = (f, t) => Use((Peer(f, "to", t), NeedSize(f, "rate")), x => c => new Bandwidth(c, x.Item1, x.Item2)),
        ["cpu"] = (f, _) => Use(Need(f, "cores", n => n is > 0 and <= 1024, "more than 0, at most 1024"), cores => c => new Cpu(c, cores)),
        ["memory"] = (f, _) => Use(NeedSize(f, "limit"), limit => c => new Memory(c, limit)),
        ["disk_fill"] = (f, _) => Use((f.RequiredText("path"), NeedSize(f, "size")), x => c => new DiskFill(c, x.Item1, x.Item2)),
        ["state_loss"] = (f, _) => Use(f.RequiredText("path"), path => c => new StateLoss(c, path)),
    };

    /// <summary>The faults that one item of a timeline stands for, each with the node that errors about it point to.</summary>
    /// <param name="node">The item.</param>
    /// <param name="target">Knows the components and groups; null: any name is taken as a component.</param>
    /// <param name="findings">Takes the errors.</param>
    public static IReadOnlyList<(PlannedFault Fault, Node Node)> Read(Node node, TargetDefinition? target, FindingList findings)
    {
        if (node is not MapNode map)
        {
            return Values.Wrong<(PlannedFault, Node)[]>(node, findings, "a fault such as { stop: kafka, for: 45s }", []);
        }

        var named = map.Entries.Where(e => Kinds.ContainsKey(e.Key)).ToList();
        if (named.Count != 1)
        {
            findings.Error(map, named.Count == 0
                ? $"names no fault; {NearNames.Hint(map.Entries.Select(e => e.Key).FirstOrDefault() ?? "", Kinds.Keys)}"
                : $"names {named.Count} faults ({string.Join(", ", named.Select(e => e.Key))}); one is allowed, write the others as items of their own");
            return [];
        }

        var kind = named[0].Key;
        var fields = new Fields(map, $"fault_{kind}", findings);
        var components = Components(fields, kind, target);
        var make = Kinds[kind](fields, target);
        var at = fields.Duration("at", TimeSpan.Zero, Offset);
        var hold = fields.Duration("for", DefaultFor, Hold);
        var id = fields.Text("id") ?? "";
        if (id.Length > 0 && !Names.Valid(id))
        {
            findings.Error(fields.Find("id")!, $"found \"{id}\"; {Names.Allowed}");
        }

        fields.Done();
        return [.. components.Select(c => (new PlannedFault(id.Length > 0 && components.Count > 1 ? $"{id}-{c}" : id, make(c), at, hold), (Node)map))];
    }

    /// <summary>Components and roles by name, groups resolved; an unknown one is an error.</summary>
    public static IReadOnlyList<string> Resolve(Node node, TargetDefinition? target, FindingList findings)
    {
        var items = node is ListNode list ? list.Items : [node];
        var names = new List<string>();
        foreach (var item in items)
        {
            if (Values.Text(item, findings, "a component, a group or a list of them") is not { } name)
            {
                continue;
            }

            if (target is null || target.Components.ContainsKey(name) || target.Roles.ContainsKey(name))
            {
                names.Add(name);
            }
            else if (target.Groups.TryGetValue(name, out var group))
            {
                names.AddRange(group);
            }
            else
            {
                findings.Error(item, $"unknown component \"{name}\"; {NearNames.Hint(name, [.. target.Components.Keys, .. target.Groups.Keys, .. target.Roles.Keys])}");
            }
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> Components(Fields fields, string kind, TargetDefinition? target) =>
        fields.Require(kind, "a component") is { } node ? Resolve(node, target, fields.Findings) : [];

    private static Func<string, Fault> ReadLatency(Fields fields, TargetDefinition? target)
    {
        var peer = Peer(fields, "to", target);
        var delay = fields.RequiredDuration("delay", Delay);
        var jitter = fields.Duration("jitter", TimeSpan.Zero, new(TimeSpan.Zero, TimeSpan.FromMinutes(10)));
        if (jitter > delay && delay > TimeSpan.Zero)
        {
            fields.Findings.Error(fields.Find("jitter")!, $"found {Quantities.Write(jitter)}; at most the delay ({Quantities.Write(delay)}) is allowed");
        }

        return c => new Latency(c, peer, delay, jitter);
    }

    private static string? Peer(Fields fields, string name, TargetDefinition? target)
    {
        if (fields.Text(name, "a component") is not { } peer)
        {
            return null;
        }

        if (target is not null && !target.Components.ContainsKey(peer))
        {
            fields.Findings.Error(fields.Find(name)!, target.Roles.ContainsKey(peer)
                ? $"\"{peer}\" is a role; only what is hit may be one, the other side is a component"
                : $"unknown component \"{peer}\"; {NearNames.Hint(peer, target.Components.Keys)}");
        }

        return peer;
    }

    private static double Need(Fields fields, string name, Func<double, bool> allowed, string range) =>
        fields.Require(name, $"a number ({range})") is { } node ? Values.Number(node, fields.Findings, allowed, range) ?? 0 : 0;

    private static long NeedSize(Fields fields, string name) =>
        fields.Require(name, "a size such as 64MB") is { } node ? Values.Size(node, fields.Findings) ?? 0 : 0;

    // The fields are read once, whatever the number of components.
    private static Func<string, Fault> Use<T>(T value, Func<T, Func<string, Fault>> make) => make(value);
}
