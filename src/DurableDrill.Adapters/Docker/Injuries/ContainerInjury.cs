using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>
/// How containers suffer one kind of fault. Whoever calls has the component's lock. Apply, revert and the look may come any number of times.
/// </summary>
internal abstract class ContainerInjury
{
    /// <summary>Why it cannot be done here, and what a person should know; the path is relative to the fault.</summary>
    public virtual Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Finding>>([]);

    /// <summary>Reads what the undo needs.</summary>
    public virtual ContainerUndo Prepare(ContainerScene scene) =>
        new(scene.Container.Identity, scene.Container.State.Running, scene.Container.HostConfig);

    /// <summary>Does it, and returns when it has taken hold.</summary>
    public abstract Task ApplyAsync(ContainerScene scene, CancellationToken cancellation);

    /// <summary>Undoes it.</summary>
    public abstract Task RevertAsync(ContainerScene scene, CancellationToken cancellation);

    /// <summary>Whether it can be seen to be there.</summary>
    /// <exception cref="TargetException">Something else is wrong in its place.</exception>
    public abstract Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation);

    protected static Finding Error(string field, string message) => new(Severity.Error, field, message);

    protected static Finding Warning(string field, string message) => new(Severity.Warning, field, message);
}

/// <summary>Which injury stands for which fault.</summary>
internal static class ContainerInjuries
{
    private static readonly DownInjury Down = new();
    private static readonly PauseInjury Freeze = new();
    private static readonly PacketInjury Packets = new();
    private static readonly LatencyInjury Delay = new();
    private static readonly LimitInjury Limits = new();
    private static readonly DiskFillInjury Fill = new();
    private static readonly StateLossInjury Lose = new();

    public static ContainerInjury Of(Fault fault) => fault switch
    {
        Stop or Kill or Crash or Restart => Down,
        Pause => Freeze,
        Partition or Loss or Bandwidth => Packets,
        Latency => Delay,
        Cpu or Memory => Limits,
        DiskFill => Fill,
        StateLoss => Lose,
        _ => throw new TargetException($"'{fault.Kind}' cannot be done to containers."),
    };
}
