using DurableDrill.Documents;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>Reads <c>chaos: { seed: 7, components: [a, b], faults: [kill, stop], count: 5, within: 2m, for: [5s, 20s] }</c>.</summary>
internal static class ChaosReader
{
    private static readonly DurationRange Hold = new(TimeSpan.Zero, TimeSpan.FromHours(24), Open: true);

    /// <summary>The bounds; null, with errors, where no timeline can be drawn from them.</summary>
    public static Chaos? Read(Node node, TargetDefinition? target, FindingList findings)
    {
        if (Values.Map(node, "chaos", findings) is not { } fields)
        {
            return null;
        }

        var seed = fields.Number("seed", n => n is >= 0 and < 1e15 && n == Math.Floor(n), "whole, 0 or more, below 10^15") ?? 0;
        var components = fields.Require("components", "a list of components") is { } names ? FaultReader.Resolve(names, target, findings) : [];
        CheckRoles(fields, components, target);
        var faults = ReadFaults(fields, target);
        var count = fields.Number("count", n => n is >= 1 and <= 100 && n == Math.Floor(n), "whole, 1 to 100") ?? 3;
        var chaos = new Chaos { Components = components, Faults = faults, Seed = (ulong)seed, Count = (int)count };
        chaos = chaos with { Within = fields.Duration("within", chaos.Within, Hold) };
        chaos = ReadHold(fields, chaos);
        fields.Done();
        if (components.Count == 0 || faults.Count == 0 || chaos.MaxFor > chaos.Within || chaos.MinFor > chaos.MaxFor)
        {
            return null;
        }

        var placed = chaos.Expand().Count;
        if (placed < chaos.Count)
        {
            findings.Error(node, $"{chaos.Count} faults of up to {Quantities.Write(chaos.MaxFor)} do not fit in {Quantities.Write(chaos.Within)} "
                + $"on {components.Count} components without overlapping on one of them; {placed} do");
        }

        return chaos;
    }

    /// <summary>What is drawn may overlap on different names, so that two of them must not stand for one component.</summary>
    private static void CheckRoles(Fields fields, IReadOnlyList<string> names, TargetDefinition? target)
    {
        IEnumerable<string> Of(string name) => target?.Roles.TryGetValue(name, out var candidates) is true ? candidates.Keys : [name];
        foreach (var (component, both) in names.SelectMany(name => Of(name).Select(component => (component, name))).GroupBy(x => x.component, x => x.name)
            .Select(group => (group.Key, group.ToList())).Where(group => group.Item2.Count > 1))
        {
            fields.Findings.Error(fields.Find("components")!, $"{string.Join(" and ", both)} may be hit at the same time and be the same, {component}; one of them is allowed");
        }
    }

    private static IReadOnlyList<string> ReadFaults(Fields fields, TargetDefinition? target)
    {
        if (fields.Require("faults", "a list of kinds") is not { } node)
        {
            return [];
        }

        var kinds = new List<string>();
        foreach (var item in node is ListNode list ? list.Items : [node])
        {
            if (Values.Text(item, fields.Findings, "a kind of fault") is not { } kind)
            {
                continue;
            }

            if (!Chaos.Kinds.ContainsKey(kind))
            {
                fields.Findings.Error(item, $"found \"{kind}\"; {NearNames.Hint(kind, Chaos.Kinds.Keys)}");
            }
            else if (target is not null && FaultSupport.Why(kind, target.Carrier) is { } why)
            {
                fields.Findings.Error(item, why);
            }
            else
            {
                kinds.Add(kind);
            }
        }

        return kinds;
    }

    private static Chaos ReadHold(Fields fields, Chaos chaos)
    {
        var node = fields.Find("for");
        var ends = node is ListNode list ? list.Items : node is null ? [] : [node];
        if (node is not null && ends.Count is not (1 or 2))
        {
            fields.Findings.Error(node, $"found a list of {ends.Count}; a duration, or [shortest, longest], is expected");
            return chaos;
        }

        if (ends.Count > 0)
        {
            var min = Values.Duration(ends[0], fields.Findings, Hold) ?? chaos.MinFor;
            chaos = chaos with { MinFor = min, MaxFor = Values.Duration(ends[^1], fields.Findings, new(min, Hold.Max)) ?? min };
        }

        if (chaos.MaxFor > chaos.Within)
        {
            fields.Findings.Error(node ?? fields.Map, $"a hold of {Quantities.Write(chaos.MaxFor)} is longer than within, {Quantities.Write(chaos.Within)}");
        }

        return chaos;
    }
}
