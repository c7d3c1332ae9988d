using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>Which injury stands for which fault, and the checks that all have in common.</summary>
internal static class InjuryTable
{
    private static readonly DownInjury Down = new();
    private static readonly PauseInjury Pause = new();
    private static readonly LinkInjury Link = new();
    private static readonly CpuInjury Cpu = new();
    private static readonly DiskFillInjury DiskFill = new();
    private static readonly StateLossInjury StateLoss = new();

    /// <summary>The injury of a fault.</summary>
    /// <exception cref="TargetException">Processes do not support it.</exception>
    public static Injury Of(Fault fault) =>
        Find(fault) ?? throw new TargetException($"'{fault.Kind}' cannot be done to processes.");

    /// <summary>What is wrong with a fault, before it is tried.</summary>
    public static IEnumerable<Finding> Check(Fault fault, string path, RunFolder folder, RunState state, TimeProvider time)
    {
        if (!state.Definition.Components.ContainsKey(fault.Component))
        {
            return [new(Severity.Error, $"{path}.component",
                $"found '{fault.Component}', which is no component; there are: {string.Join(", ", state.Definition.Components.Keys)}.")];
        }

        if (Find(fault) is not { } injury)
        {
            return [new(Severity.Error, path, Unsupported(fault))];
        }

        var ticket = new FaultTicket("check", "check", "", fault, default, default, default);
        var scene = new Scene(folder, state, ticket, time);
        IEnumerable<Finding> dead = scene.Leader is null
            ? [new(Severity.Error, $"{path}.component", $"{fault.Component} does not run, so there is nothing to injure.")]
            : [];
        return dead.Concat(injury.Check(scene).Select(finding => finding with { Path = $"{path}.{finding.Path}" }));
    }

    private static Injury? Find(Fault fault) => fault switch
    {
        Stop or Kill or Crash or Restart => Down,
        Faults.Pause => Pause,
        Partition or Latency or Bandwidth => Link,
        Faults.Cpu => Cpu,
        Faults.DiskFill => DiskFill,
        Faults.StateLoss => StateLoss,
        _ => null,
    };

    private static string Unsupported(Fault fault) => fault switch
    {
        Loss => "'loss' cannot be done to processes: their link carries TCP, which repairs it. Use latency or bandwidth.",
        Memory => "'memory' cannot be done to processes without a control group of their own. Use the docker carrier.",
        _ => $"'{fault.Kind}' cannot be done to processes.",
    };
}
