using DurableDrill.Documents;
using DurableDrill.Plans;

namespace DurableDrill.Targets;

/// <summary>Reads what joins components: groups and links.</summary>
internal static class TargetLinks
{
    /// <summary>Groups whose members are components.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ReadGroups(Fields fields, TargetDefinition target)
    {
        var groups = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var entry in fields.Entries("groups"))
        {
            Names.Check(entry, fields.Findings);
            if (target.Components.ContainsKey(entry.Key))
            {
                fields.Findings.Error(entry.Value.Path, entry.At, $"\"{entry.Key}\" is a component already; a group needs a name of its own");
            }

            groups.Add(entry.Key, FaultReader.Resolve(entry.Value, target, fields.Findings));
        }

        return groups;
    }

    /// <summary>Links; a group on either side stands for a link of each member.</summary>
    public static IReadOnlyList<LinkDefinition> ReadLinks(Fields target, TargetDefinition definition)
    {
        if (target.Find("links") is { } node && definition.Carrier is "docker" or "container-groups")
        {
            target.Findings.Error(target.Find("links")!, $"links are for the carrier processes; {definition.Carrier} cuts the network itself");
        }

        var links = new List<LinkDefinition>();
        foreach (var item in target.Items("links"))
        {
            if (Values.Map(item, "link", target.Findings) is not { } fields)
            {
                continue;
            }

            var from = Side(fields, "from", definition);
            var to = Side(fields, "to", definition);
            var component = Side(fields, "component", definition);
            var control = fields.RequiredText("control", "the URL of the link's control API");
            fields.Done();
            links.AddRange(from.SelectMany(f => to.Select(t => new LinkDefinition(f, t, component.FirstOrDefault() ?? "", control))));
        }

        return links;
    }

    private static IReadOnlyList<string> Side(Fields fields, string name, TargetDefinition definition) =>
        fields.Require(name, "a component") is { } node ? FaultReader.Resolve(node, definition, fields.Findings) : [];
}
