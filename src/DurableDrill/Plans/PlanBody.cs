using DurableDrill.Documents;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>Reads the fields that a drill of a target file and a stand-alone plan share.</summary>
internal static class PlanBody
{
    private static readonly DurationRange Day = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
    private static readonly DurationRange Hour = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    /// <summary>The plan; with errors in the findings where it is not one.</summary>
    /// <param name="fields">The map; its unknown fields are reported by the caller.</param>
    /// <param name="name">The drill's name.</param>
    /// <param name="target">Knows components, groups, signals, carrier; null: those checks are left out.</param>
    public static DrillPlan Read(Fields fields, string name, TargetDefinition? target)
    {
        var plan = new DrillPlan
        {
            Name = name,
            Target = target?.Target,
            Irreversible = fields.Flag("irreversible"),
        };
        plan = plan with
        {
            Baseline = fields.Duration("baseline", plan.Baseline, Day),
            StableFor = fields.Duration("stable_for", plan.StableFor, Hour),
            RecoveryTimeout = fields.Duration("recovery_timeout", plan.RecoveryTimeout, Day),
            QuietTimeout = fields.Duration("quiet_timeout", plan.QuietTimeout, Day),
            Hypothesis = Bounds(fields, "hypothesis", target),
            StopConditions = Bounds(fields, "stop_conditions", target),
            Objectives = ReadObjectives(fields),
        };
        plan = ReadInjuries(fields, plan, target);
        return plan with { HealedBy = ReadHealer(fields, plan, target) };
    }

    private static string? ReadHealer(Fields fields, DrillPlan plan, TargetDefinition? target)
    {
        var healer = fields.Choice<string?>("healed_by", null, ("revert", null), (FaultTicket.Watch, FaultTicket.Watch));
        var problem = healer is null ? null
            : plan.Each.Count > 0 ? "has no meaning where a plan runs others (each): it stands with those"
            : target?.Carrier == "container-groups" ? "there is no watch for container groups: their platform restarts them"
            : plan.Faults.Any(fault => fault.Fault is not (Stop or Kill or Crash)) ? "the watch starts what is down, so that it heals stop, kill and crash only"
            : null;
        if (problem is not null)
        {
            fields.Findings.Error(fields.Find("healed_by")!, problem);
        }

        return healer;
    }

    private static DrillPlan ReadInjuries(Fields fields, DrillPlan plan, TargetDefinition? target)
    {
        var (faults, chaos, each) = (fields.Find("faults"), fields.Find("chaos"), fields.Find("each"));
        var given = new[] { faults, chaos, each }.OfType<Node>().ToList();
        if (given.Count == 0)
        {
            fields.Findings.Error(fields.PathOf("faults"), fields.Map.At, "is missing; a drill has one of faults, chaos and each");
        }

        foreach (var extra in given.Skip(1))
        {
            fields.Findings.Error(extra, "a drill has one of faults, chaos and each, not several");
        }

        if (faults is not null)
        {
            plan = plan with { Faults = ReadTimeline(fields, faults, plan.Irreversible, target) };
        }

        if (chaos is not null && ChaosReader.Read(chaos, target, fields.Findings) is { } drawn)
        {
            plan = plan with { Chaos = drawn, Faults = drawn.Expand() };
        }

        if (each is not null)
        {
            plan = plan with { Each = Values.Texts(each, fields.Findings) };
            if (plan.Each.Count == 0)
            {
                fields.Findings.Error(each, "holds nothing; at least one drill is expected");
            }
        }

        return plan;
    }

    private static IReadOnlyList<PlannedFault> ReadTimeline(Fields fields, Node node, bool irreversible, TargetDefinition? target)
    {
        var findings = fields.Findings;
        var items = fields.Items("faults");
        if (items.Count == 0 && node is ListNode)
        {
            findings.Error(node, "holds nothing; at least one fault is expected");
        }

        var read = items.SelectMany(item => FaultReader.Read(item, target, findings)).ToList();
        PlanChecks.Check(read, irreversible, target, findings);
        return Timeline.WithIds(read.Select(r => r.Fault));
    }

    private static IReadOnlyList<Bound> Bounds(Fields fields, string name, TargetDefinition? target)
    {
        var bounds = new List<Bound>();
        foreach (var entry in fields.Entries(name))
        {
            PlanChecks.CheckSignal(entry, target, fields.Findings);
            if (Values.Map(entry.Value, "bound", fields.Findings) is not { } map)
            {
                continue;
            }

            var min = map.Number("min", _ => true, "any");
            var max = map.Number("max", n => min is null || n >= min, min is null ? "any" : $"at least min, {min}");
            map.Done();
            if (min is null && max is null && map.Find("min") is null && map.Find("max") is null)
            {
                fields.Findings.Error(entry.Value, "bounds nothing; min or max is expected");
            }

            bounds.Add(new(entry.Key, min, max));
        }

        return bounds;
    }

    private static Objectives ReadObjectives(Fields fields)
    {
        if (fields.Sub("objectives", "objectives") is not { } map)
        {
            return new();
        }

        var rto = map.Find("rto") is { } node ? Values.Duration(node, fields.Findings, new(TimeSpan.Zero, TimeSpan.FromHours(24), Open: true)) : null;
        var rpo = map.Number("rpo_events", n => n is >= 0 and <= 1e15 && n == Math.Floor(n), "whole, 0 or more") ?? 0;
        map.Done();
        return new() { Rto = rto, RpoEvents = (long)rpo };
    }
}
