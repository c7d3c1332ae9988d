using DurableDrill.Adapters.Health;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Sources;

/// <summary>Sources as target files have them.</summary>
internal static class Source
{
    public static SourceSpec Spec(string kind, string address, params (string Name, string Value)[] options) =>
        new(kind, address, options.ToDictionary(option => option.Name, option => option.Value));

    public static IProbe Probe(string kind, string address, params (string Name, string Value)[] options) =>
        Probes.Create(Spec(kind, address, options), "signals.s", new(new(), TimeProvider.System, ComponentStates.None));

    public static IReadOnlyList<string> Mistakes(string kind, string address, params (string Name, string Value)[] options) =>
        [.. Probes.Validate(Spec(kind, address, options), "signals.s").Select(finding => $"{finding.Path} {finding.Message}")];

    public static async Task<double> ReadAsync(this IProbe probe) => (await probe.ReadAsync(CancellationToken.None)).Value;

    /// <summary>The reason of the gap that a reading is.</summary>
    public static async Task<string> GapAsync(this IProbe probe) =>
        (await Assert.ThrowsAsync<ProbeException>(async () => await probe.ReadAsync(CancellationToken.None))).Message;
}
