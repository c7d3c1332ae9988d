using DurableDrill.Documents;
using DurableDrill.SelfHealing;

namespace DurableDrill.Targets;

/// <summary>Reads one component of a target file.</summary>
internal static class ComponentReader
{
    private static readonly string[] Roles = ["producer", "broker", "processor", "sink", "other"];
    private static readonly string[] StopSignals = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"];

    /// <summary>The component, with its references to others not yet checked.</summary>
    public static ComponentDefinition Read(Node node, string carrier, SourceReader sources, WatchPolicy watch, FindingList findings)
    {
        if (Values.Map(node, "component", findings) is not { } fields)
        {
            return new();
        }

        var component = new ComponentDefinition
        {
            Service = fields.Text("service"),
            Container = fields.Text("container"),
            Run = fields.Texts("run"),
            Env = fields.Entries("env").ToDictionary(e => e.Key, e => Values.Text(e.Value, findings) ?? ""),
            After = fields.Texts("after"),
            Healthy = sources.Read(fields, "healthy", SourceUse.Health),
            StopSignal = fields.Choice("stop_signal", "SIGTERM", [.. StopSignals.Select(s => (s, s))]),
            Pause = sources.Read(fields, "pause", SourceUse.Action),
            Resume = sources.Read(fields, "resume", SourceUse.Action),
            Watch = WatchPolicyReader.Read(fields, watch) is var own && own == watch ? null : own,
            Role = fields.Choice<string?>("role", null, [.. Roles.Select(r => (r, (string?)r))]),
        };
        fields.Done();
        CheckCarrier(fields, component, carrier);
        if ((component.Pause is null) != (component.Resume is null))
        {
            findings.Error(node, "a component that can be asked to pause can be asked to resume too: both pause and resume are expected");
        }

        return component;
    }

    /// <summary>What each carrier needs to find a component, and what would be ignored.</summary>
    private static void CheckCarrier(Fields fields, ComponentDefinition component, string carrier)
    {
        string[] own = carrier switch
        {
            "processes" => ["run", "env", "stop_signal"],
            "docker" => ["service", "container"],
            "container-groups" => ["container"],
            _ => ["run", "env", "stop_signal", "service", "container"],
        };
        foreach (var name in new[] { "run", "env", "stop_signal", "service", "container" }.Except(own))
        {
            if (fields.Find(name) is { } node)
            {
                fields.Findings.Error(node, $"has no meaning where the carrier is {carrier}; allowed there: {string.Join(", ", own)}");
            }
        }

        var missing = carrier switch
        {
            "processes" when component.Run.Count == 0 => "run (program and arguments)",
            "docker" when component is { Service: null, Container: null } => "service or container",
            "container-groups" when component.Container is null => "container",
            _ => null,
        };
        if (missing is not null)
        {
            fields.Findings.Error(fields.Map, $"{missing} is missing");
        }
    }
}
