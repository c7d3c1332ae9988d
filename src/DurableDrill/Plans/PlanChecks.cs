using DurableDrill.Documents;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>Checks of what a plan says against itself and against its target.</summary>
internal static class PlanChecks
{
    /// <summary>Ids once, nothing twice at once, nothing irreversible by accident, nothing that the target never does.</summary>
    public static void Check(IReadOnlyList<(PlannedFault Fault, Node Node)> faults, bool irreversible, TargetDefinition? target, FindingList findings)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (fault, node) in faults)
        {
            if (fault.Id.Length > 0 && !ids.Add(fault.Id))
            {
                findings.Error(Node.Join(node.Path, "id"), node.At, $"the id \"{fault.Id}\" stands twice; ids are unique in a plan");
            }

            if (fault.Fault.Irreversible && !irreversible)
            {
                findings.Error(node, $"{fault.Fault.Kind} cannot be undone; the plan must say irreversible: true");
            }

            if (target is not null && FaultSupport.Why(fault.Fault, target) is { } why)
            {
                findings.Error(node, why);
            }
        }

        // Who has a role is known only when the fault is about to be applied: looked at then.
        var ordered = faults.Where(f => target?.Roles.ContainsKey(f.Fault.Fault.Component) is not true).OrderBy(f => f.Fault.At).ToList();
        var named = Timeline.WithIds(ordered.Select(f => f.Fault));
        for (var later = 1; later < named.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (Timeline.Contradiction(named[earlier], named[later]) is { } contradiction)
                {
                    findings.Error(ordered[later].Node, contradiction);
                }
            }
        }
    }

    /// <summary>A bound needs a signal that the target reads.</summary>
    public static void CheckSignal(Entry entry, TargetDefinition? target, FindingList findings)
    {
        if (target is null)
        {
            return;
        }

        var known = target.Signals.Keys.Concat(target.Components.Keys.Select(c => $"{Signals.CanonicalSignals.Up}:{c}")).ToList();
        if (!known.Contains(entry.Key))
        {
            findings.Error(entry.Value.Path, entry.At, $"unknown signal \"{entry.Key}\"; {NearNames.Hint(entry.Key, known)}");
        }
    }

    /// <summary>The parts of a plan must be drills of the target, and none of them has parts itself.</summary>
    /// <param name="fields">The plan.</param>
    /// <param name="drills">The target's drills, and whether they have parts.</param>
    public static void CheckParts(Fields fields, IReadOnlyDictionary<string, bool> drills)
    {
        var items = fields.Find("each") switch { ListNode list => list.Items, { } one => [one], null => [] };
        foreach (var item in items.OfType<ScalarNode>())
        {
            if (!drills.TryGetValue(item.Text, out var composed))
            {
                fields.Findings.Error(item, $"unknown drill \"{item.Text}\"; {NearNames.Hint(item.Text, drills.Where(d => !d.Value).Select(d => d.Key))}");
            }
            else if (composed)
            {
                fields.Findings.Error(item, $"\"{item.Text}\" consists of drills itself; a part has faults of its own");
            }
        }
    }
}
