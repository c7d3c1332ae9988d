using DurableDrill.Documents;
using DurableDrill.Plans;

namespace DurableDrill.Targets;

/// <summary>
/// Reads roles: <c>leader: { of: { kafka-1: 1, kafka-2: 2 }, most: { kafka: …, value: led, broker: "${candidate}" } }</c>. The source is read once for each
/// component of <c>of</c>, with what stands for that component in place of <c>${candidate}</c>.
/// </summary>
internal static class RoleReader
{
    /// <summary>The roles. Needs the target's components and groups.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, SourceSpec>> Read(Fields target, TargetDefinition definition, SourceReader sources)
    {
        var roles = new Dictionary<string, IReadOnlyDictionary<string, SourceSpec>>();
        foreach (var entry in target.Entries("roles"))
        {
            Names.Check(entry, target.Findings);
            if (definition.Components.ContainsKey(entry.Key) || definition.Groups.ContainsKey(entry.Key))
            {
                target.Findings.Error(entry.Value.Path, entry.At,
                    $"\"{entry.Key}\" is a {(definition.Components.ContainsKey(entry.Key) ? "component" : "group")} already; a role needs a name of its own");
            }

            if (Values.Map(entry.Value, "role", target.Findings) is not { } fields)
            {
                continue;
            }

            var candidates = fields.Require("of", "the components that may have it") is { } of ? ReadCandidates(of, definition, target.Findings) : new();
            var most = fields.Require("most", "what is read of each component that may have it");
            fields.Done();
            roles.Add(entry.Key, most is null ? new() : ReadSources(most, candidates, sources, target.Findings));
        }

        return roles;
    }

    /// <summary>Each component with what stands for it: a list, a group or a name stand for themselves, a map says it.</summary>
    private static Dictionary<string, string> ReadCandidates(Node of, TargetDefinition definition, FindingList findings)
    {
        if (of is not MapNode map)
        {
            return FaultReader.Resolve(of, definition, findings).ToDictionary(name => name, name => name);
        }

        var candidates = new Dictionary<string, string>();
        foreach (var entry in map.Entries.Where(e => !e.Value.IsNull))
        {
            if (!definition.Components.ContainsKey(entry.Key))
            {
                findings.Error(entry.Value.Path, entry.At, $"unknown component \"{entry.Key}\"; {NearNames.Hint(entry.Key, definition.Components.Keys)}");
            }

            candidates[entry.Key] = Values.Text(entry.Value, findings, "what stands for the component in the source, such as a broker's id") ?? "";
        }

        if (candidates.Count == 0)
        {
            findings.Error(of, "names nobody; at least one component is expected");
        }

        return candidates;
    }

    private static Dictionary<string, SourceSpec> ReadSources(
        Node most, Dictionary<string, string> candidates, SourceReader sources, FindingList findings)
    {
        var specs = new Dictionary<string, SourceSpec>();
        var said = new FindingList();
        foreach (var (component, value) in candidates)
        {
            if (sources.Read(Filled(most, value), SourceUse.Signal, said) is { } spec)
            {
                specs.Add(component, spec);
            }
        }

        // What is wrong for every candidate is told once.
        foreach (var finding in said.Close("").Findings.Distinct())
        {
            findings.Add(finding);
        }

        return specs;
    }

    private static Node Filled(Node node, string candidate) => node switch
    {
        ScalarNode scalar => scalar with
        {
            Text = Placeholders.Replace(scalar.Text, name => name == TargetExpansion.Candidate ? candidate : null, unescape: false),
        },
        MapNode map => map with { Entries = [.. map.Entries.Select(e => e with { Value = Filled(e.Value, candidate) })] },
        _ => node,
    };
}
