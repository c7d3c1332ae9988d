using DurableDrill.Documents;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>
/// Reads a stand-alone plan. A plan injures and judges; it defines no command, URL or connection, so that one that comes over HTTP is as
/// harmless as one in a file.
/// </summary>
public static class PlanReader
{
    private static readonly string[] OfTargets =
        ["carrier", "components", "groups", "roles", "links", "ports", "parameters", "signals", "integrity", "impact", "drills", "extends", "allow_unlabelled"];

    /// <summary>Reads a plan, YAML or JSON.</summary>
    /// <param name="text">The plan.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="target">
    /// The target that it is for: names are checked and groups resolved. Null: what the text says alone is checked, and names are taken for components.
    /// </param>
    public static Reading<DrillPlan> Read(string text, string source, TargetDefinition? target = null) => Read(text, source, target, new());

    internal static Reading<DrillPlan> Read(string text, string source, TargetDefinition? target, FindingList findings)
    {
        if (DocumentText.Read(text, source, findings) is not { } map)
        {
            return findings.Close<DrillPlan>(null);
        }

        return findings.Close(Read(map, target, findings));
    }

    /// <summary>Reads a plan that stands in a text of something else; with errors in the findings where it is not one.</summary>
    internal static DrillPlan Read(MapNode map, TargetDefinition? target, FindingList findings)
    {
        var fields = new Fields(map, "plan", findings);
        var name = Names.Read(fields, "name");
        var made = fields.Text("target");
        if (target is not null && made is not null && made != target.Target)
        {
            findings.Error(fields.Find("target")!, $"found \"{made}\"; the target at hand is \"{target.Target}\"");
        }

        var plan = PlanBody.Read(fields, name, target) with { Target = made ?? target?.Target };
        fields.Done(key => OfTargets.Contains(key) ? "it belongs in a target file; a plan names its target and defines no commands, URLs or connections" : null);
        if (target is not null)
        {
            PlanChecks.CheckParts(fields, target.Drills.ToDictionary(d => d.Key, d => d.Value.Each.Count > 0));
        }

        return plan;
    }
}
