using DurableDrill.Documents;

namespace DurableDrill.Targets;

/// <summary>What the placeholders of a target file stand for on the machine that brings it up.</summary>
/// <param name="Run">The target's folder, for <c>${run}</c>; a component's folder <c>${data}</c> is RUN/data/COMPONENT.</param>
/// <param name="Pipeline">The program of the shipped pipeline, for <c>${pipeline}</c>.</param>
/// <param name="Targets">The folder of the target files that ship, for <c>${targets}</c>.</param>
/// <param name="Ports">The ports chosen at "up", for <c>${port.NAME}</c>.</param>
public sealed record ExpansionValues(string Run, string Pipeline, string Targets, IReadOnlyDictionary<string, int> Ports);

/// <summary>
/// Puts what is known only at "up" into a target definition: <c>${run}</c>, <c>${pipeline}</c>, <c>${targets}</c>, <c>${port.NAME}</c>,
/// <c>${data.COMPONENT}</c>, and inside a component <c>${data}</c> and <c>${component}</c>. <c>$${</c> becomes <c>${</c>.
/// Parameters, <c>${here}</c> and <c>${candidate}</c> are in place already: the reader does them.
/// </summary>
public static class TargetExpansion
{
    /// <summary>In a role: the component that may have it, or what stands for it. The reader puts it in place.</summary>
    internal const string Candidate = "candidate";

    private static readonly string[] Folders = ["run", "pipeline", "targets"];
    private static readonly string[] OfComponents = ["data", "component"];

    /// <summary>Every text of the definition expanded; an unknown placeholder is an error with its path.</summary>
    public static Reading<TargetDefinition> Expand(TargetDefinition definition, ExpansionValues values)
    {
        var findings = new FindingList();
        var pass = new Pass(values, definition.Components.Keys, findings);
        var expanded = definition with
        {
            Components = definition.Components.ToDictionary(c => c.Key, c => pass.Component(c.Key, c.Value)),
            Compose = definition.Compose is null ? null : pass.Text("compose", definition.Compose),
            Links = [.. definition.Links.Select((l, i) => l with { Control = pass.Text($"links[{i}].control", l.Control) })],
            Signals = definition.Signals.ToDictionary(s => s.Key, s => pass.Source($"signals.{s.Key}", s.Value)!),
            Roles = definition.Roles.ToDictionary(r => r.Key, r => pass.Role($"roles.{r.Key}.most", r.Value)),
            Integrity = definition.Integrity is not { } integrity ? null : integrity with
            {
                Expected = pass.Source("integrity.expected", integrity.Expected)!,
                Topic = pass.Source("integrity.topic", integrity.Topic),
                Actual = pass.Source("integrity.actual", integrity.Actual)!,
            },
        };
        return findings.Close(expanded);
    }

    /// <summary>Whether a parameter of this name would hide a placeholder.</summary>
    internal static bool Reserved(string name) =>
        name is "here" or Candidate || Folders.Contains(name) || OfComponents.Contains(name) || name.StartsWith("port.", StringComparison.Ordinal) || name.StartsWith("data.", StringComparison.Ordinal);

    /// <summary>The placeholders that a file with these ports and components may use, beside its parameters.</summary>
    internal static IEnumerable<string> Names(IEnumerable<string> ports, IEnumerable<string> components) =>
        ["here", Candidate, .. Folders, .. OfComponents, .. ports.Select(p => $"port.{p}"), .. components.Select(c => $"data.{c}")];

    private sealed class Pass(ExpansionValues values, IEnumerable<string> components, FindingList findings)
    {
        private readonly Dictionary<string, string> known = new[] { ("run", values.Run), ("pipeline", values.Pipeline), ("targets", values.Targets) }
            .Concat(values.Ports.Select(p => ($"port.{p.Key}", $"{p.Value}")))
            .Concat(components.Select(c => ($"data.{c}", $"{values.Run}/data/{c}")))
            .ToDictionary(x => x.Item1, x => x.Item2);

        public ComponentDefinition Component(string name, ComponentDefinition c)
        {
            var path = $"components.{name}";
            return c with
            {
                Service = Optional($"{path}.service", c.Service, name),
                Container = Optional($"{path}.container", c.Container, name),
                Run = [.. c.Run.Select((word, i) => Text($"{path}.run[{i}]", word, name))],
                Env = c.Env.ToDictionary(e => e.Key, e => Text($"{path}.env.{e.Key}", e.Value, name)),
                Healthy = Source($"{path}.healthy", c.Healthy, name),
                Pause = Source($"{path}.pause", c.Pause, name),
                Resume = Source($"{path}.resume", c.Resume, name),
            };
        }

        public IReadOnlyDictionary<string, SourceSpec> Role(string path, IReadOnlyDictionary<string, SourceSpec> candidates) =>
            candidates.ToDictionary(c => c.Key, c => Source(path, c.Value)!);

        public SourceSpec? Source(string path, SourceSpec? source, string? component = null) => source is null ? null : source with
        {
            Address = Text($"{path}.{source.Kind}", source.Address, component),
            Options = source.Options.ToDictionary(o => o.Key, o => Text($"{path}.{o.Key}", o.Value, component)),
        };

        public string Text(string path, string text, string? component = null) => Placeholders.Replace(text, name =>
        {
            var value = (name, component) switch
            {
                ("component", not null) => component,
                ("data", not null) => known[$"data.{component}"],
                _ => known.GetValueOrDefault(name),
            };
            if (value is null)
            {
                var allowed = component is null ? known.Keys : known.Keys.Concat(OfComponents);
                findings.Error(path, null, $"unknown placeholder \"${{{name}}}\"; {NearNames.Hint(name, allowed)}");
            }

            return value;
        }, unescape: true);

        private string? Optional(string path, string? text, string component) => text is null ? null : Text(path, text, component);
    }
}
