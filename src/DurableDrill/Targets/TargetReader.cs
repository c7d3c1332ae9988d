using DurableDrill.Documents;
using DurableDrill.Plans;
using DurableDrill.SelfHealing;

namespace DurableDrill.Targets;

/// <summary>What a target file may need from outside itself.</summary>
public sealed record TargetReadOptions
{
    /// <summary>
    /// Gives the text of the file that <c>extends</c> names, with the name that messages shall use; null where there is none. The second argument is
    /// the source of the file that extends. Default: nothing can be extended.
    /// </summary>
    public Func<string, string, (string Text, string Source)?> Load { get; init; } = (_, _) => null;

    /// <summary>Overrides of the file's parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The adapters' mistakes and warnings of a source, which stands at the given path; paths of findings begin with it. Connects to nothing.
    /// Default: any kind and option will do.
    /// </summary>
    public Func<SourceUse, SourceSpec, string, IEnumerable<Finding>> CheckSource { get; init; } = (_, _, _) => [];
}

/// <summary>
/// Reads a target file (DESIGN 3.1), YAML or JSON: lays it over what it extends, puts the parameters in place, reads every field, and checks
/// that all names fit together. All errors come back at once.
/// </summary>
public static class TargetReader
{
    /// <summary>Reads a target file.</summary>
    /// <param name="text">Its content.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="options">Null: it extends nothing, and no parameter is overridden.</param>
    public static Reading<TargetDefinition> Read(string text, string source, TargetReadOptions? options = null) => Read(text, source, options ?? new(), new());

    internal static Reading<TargetDefinition> Read(string text, string source, TargetReadOptions options, FindingList findings)
    {
        if (TargetLayers.Read(text, source, options.Load, findings) is not { } map)
        {
            return findings.Close<TargetDefinition>(null);
        }

        var parameters = ParameterPass.Read(map, options.Parameters, findings);
        var fields = new Fields(ParameterPass.Apply(map, parameters, findings), "target", findings);
        return findings.Close(ReadFields(fields, parameters, new(options)));
    }

    private static TargetDefinition ReadFields(Fields fields, IReadOnlyDictionary<string, string> parameters, SourceReader sources)
    {
        var findings = fields.Findings;
        var name = fields.RequiredText("target", "a name");
        if (fields.Find("target") is { } named && (!Names.Valid(name) || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')))
        {
            findings.Error(named, $"found \"{name}\"; lower case letters, digits and '-' are allowed, at most 64");
        }

        var carrier = fields.Require("carrier", "one of " + string.Join(", ", FaultSupport.Carriers)) is null
            ? ""
            : fields.Choice("carrier", "", [.. FaultSupport.Carriers.Select(c => (c, c))]);
        var watch = WatchPolicyReader.Read(fields, new());
        var components = new Dictionary<string, ComponentDefinition>();
        fields.Require("components", "a map of at least one component");
        foreach (var entry in fields.Entries("components"))
        {
            Names.Check(entry, findings);
            components.Add(entry.Key, ComponentReader.Read(entry.Value, carrier, sources, watch, findings));
        }

        fields.Find("parameters");
        fields.Find("extends");
        var target = new TargetDefinition
        {
            Target = name,
            Carrier = carrier,
            AllowUnlabelled = fields.Flag("allow_unlabelled"),
            Project = fields.Text("project"),
            Compose = fields.Text("compose"),
            Parameters = parameters,
            Ports = fields.Texts("ports"),
            Components = components,
            Signals = ReadSignals(fields, sources),
            Integrity = ReadIntegrity(fields, carrier, components, sources),
            Impact = ReadImpact(fields),
            Watch = watch,
        };
        target = target with { Groups = TargetLinks.ReadGroups(fields, target) };
        target = target with { Links = TargetLinks.ReadLinks(fields, target) };
        target = target with { Roles = RoleReader.Read(fields, target, sources) };
        TargetChecks.Check(fields, target);
        TargetChecks.CheckCarrier(fields, target);
        target = target with { Drills = ReadDrills(fields, target) };
        fields.Done();
        return target;
    }

    private static Dictionary<string, SourceSpec> ReadSignals(Fields fields, SourceReader sources)
    {
        var signals = new Dictionary<string, SourceSpec>();
        foreach (var entry in fields.Entries("signals"))
        {
            Names.Check(entry, fields.Findings);
            if (sources.Read(entry.Value, SourceUse.Signal, fields.Findings) is { } signal)
            {
                signals.Add(entry.Key, signal);
            }
        }

        return signals;
    }

    private static IntegrityDefinition? ReadIntegrity(
        Fields target, string carrier, IReadOnlyDictionary<string, ComponentDefinition> components, SourceReader sources)
    {
        if (target.Sub("integrity", "integrity") is not { } fields)
        {
            return null;
        }

        var none = new SourceSpec("", "", new Dictionary<string, string>());
        var integrity = new IntegrityDefinition
        {
            Guarantee = fields.Choice("guarantee", Guarantee.ExactlyOnce,
                ("exactly-once", Guarantee.ExactlyOnce), ("at-least-once", Guarantee.AtLeastOnce), ("at-most-once", Guarantee.AtMostOnce)),
            Expected = fields.Require("expected", "a source of ids") is null ? none : sources.Read(fields, "expected", SourceUse.Ids) ?? none,
            Topic = sources.Read(fields, "topic", SourceUse.Ids),
            Actual = fields.Require("actual", "a source of ids") is null ? none : sources.Read(fields, "actual", SourceUse.Ids) ?? none,
            Quiesce = fields.Text("quiesce", "a component"),
        };
        fields.Done();
        if (integrity.Quiesce is { } quiesce && components.GetValueOrDefault(quiesce) is not { Pause: not null })
        {
            var why = !components.ContainsKey(quiesce) ? $"unknown component \"{quiesce}\"; {NearNames.Hint(quiesce, components.Keys)}"
                : FaultSupport.Why("pause", carrier) is { } never ? $"\"{quiesce}\" declares no pause, and cannot be frozen: {never}"
                : null;
            if (why is not null)
            {
                fields.Findings.Error(fields.Find("quiesce")!, why);
            }
        }

        return integrity;
    }

    private static ImpactDefinition ReadImpact(Fields target)
    {
        var impact = new ImpactDefinition();
        if (target.Sub("impact", "impact") is not { } fields)
        {
            return impact;
        }

        var value = fields.Number("value_per_event", n => n >= 0, "0 or more") ?? impact.ValuePerEvent;
        var currency = fields.Text("currency") ?? impact.Currency;
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
        {
            fields.Findings.Error(fields.Find("currency")!, $"found \"{currency}\"; three capital letters (ISO 4217) are expected, such as USD");
        }

        fields.Done();
        return new() { ValuePerEvent = value, Currency = currency };
    }

    private static Dictionary<string, DrillPlan> ReadDrills(Fields target, TargetDefinition definition)
    {
        var read = new Dictionary<string, (DrillPlan Plan, Fields Fields)>();
        foreach (var entry in target.Entries("drills"))
        {
            Names.Check(entry, target.Findings);
            if (Values.Map(entry.Value, "drill", target.Findings) is { } fields)
            {
                read.Add(entry.Key, (PlanBody.Read(fields, entry.Key, definition), fields));
                fields.Done();
            }
        }

        var composed = read.ToDictionary(d => d.Key, d => d.Value.Fields.Find("each") is not null);
        foreach (var drill in read.Values)
        {
            PlanChecks.CheckParts(drill.Fields, composed);
        }

        return read.ToDictionary(d => d.Key, d => d.Value.Plan);
    }
}
