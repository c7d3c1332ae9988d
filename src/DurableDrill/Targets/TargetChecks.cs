using DurableDrill.Documents;
using DurableDrill.Signals;

namespace DurableDrill.Targets;

/// <summary>Checks that the names of a target file fit together.</summary>
internal static class TargetChecks
{
    /// <summary>Ports once, and an order of start that exists.</summary>
    public static void Check(Fields fields, TargetDefinition target)
    {
        CheckPorts(fields, target);
        CheckDeciding(fields, target);
        foreach (var entry in fields.Entries("components"))
        {
            if (entry.Value is MapNode component && component.Find("after")?.Value is { IsNull: false } after)
            {
                CheckAfter(entry.Key, after, target, fields.Findings);
            }
        }
    }

    /// <summary>What only containers have.</summary>
    public static void CheckCarrier(Fields fields, TargetDefinition target)
    {
        foreach (var name in new[] { "project", "compose" }.Where(name => target.Carrier is not ("docker" or "")))
        {
            if (fields.Find(name) is { } node)
            {
                fields.Findings.Error(node, $"has no meaning where the carrier is {target.Carrier}; allowed for docker");
            }
        }
    }

    private static void CheckPorts(Fields fields, TargetDefinition target)
    {
        foreach (var port in target.Ports.Where(p => !Names.Valid(p)))
        {
            fields.Findings.Error(fields.Find("ports")!, $"found the name \"{port}\"; {Names.Allowed}");
        }

        foreach (var twice in target.Ports.GroupBy(p => p).Where(g => g.Count() > 1))
        {
            fields.Findings.Error(fields.Find("ports")!, $"\"{twice.Key}\" stands twice");
        }
    }

    private static void CheckDeciding(Fields fields, TargetDefinition target)
    {
        foreach (var entry in fields.Entries("signals").Where(entry => entry.Key is CanonicalSignals.Produced or CanonicalSignals.Stored))
        {
            if (target.Signals.TryGetValue(entry.Key, out var source) && !SignalNames.Decides(entry.Key, source))
            {
                fields.Findings.Error(((MapNode)entry.Value).Find("decides")!.Value, "found \"false\"; without it no recovery can be seen");
            }
        }
    }

    private static void CheckAfter(string component, Node after, TargetDefinition target, FindingList findings)
    {
        foreach (var name in target.Components[component].After)
        {
            if (!target.Components.ContainsKey(name))
            {
                findings.Error(after, $"unknown component \"{name}\"; {NearNames.Hint(name, target.Components.Keys)}");
            }
        }

        if (Reaches(component, component, target, []))
        {
            findings.Error(after, $"{component} waits for itself, in a circle");
        }
    }

    private static bool Reaches(string from, string to, TargetDefinition target, HashSet<string> seen) =>
        target.Components.GetValueOrDefault(from) is { } component
        && component.After.Any(next => next == to || (seen.Add(next) && Reaches(next, to, target, seen)));
}
