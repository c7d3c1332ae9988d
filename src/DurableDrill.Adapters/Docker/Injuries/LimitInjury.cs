using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>Cpu and memory: the engine's own limits, narrowed, then set back to what they were.</summary>
internal sealed class LimitInjury : ContainerInjury
{
    private const long Period = 100_000;

    // What the kernel itself shows for "no limit". The engine takes 0 for "leave it" and has no word for "none".
    private const long NoLimit = long.MaxValue / 4096 * 4096;

    public override Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation)
    {
        var limits = scene.Container.HostConfig;
        return Task.FromResult<IReadOnlyList<Finding>>(scene.Ticket.Fault switch
        {
            Cpu cpu when cpu.Cores >= Cores(limits) => [Error("cores", $"{scene.Component} has {Cores(limits):0.##} cores; fewer are allowed")],
            Cpu { Cores: < 0.01 } => [Error("cores", "0.01 or more is allowed: the kernel gives no smaller share")],
            Memory memory when memory.LimitBytes >= Bytes(limits.Memory) => [Error("limit", $"{scene.Component} has {limits.Memory} bytes; fewer are allowed")],
            Memory => [Warning("limit", $"what {scene.Component} needs above the limit ends it (out of memory); the revert starts it again where nothing else does")],
            _ => [],
        });
    }

    public override ContainerUndo Prepare(ContainerScene scene) => scene.Others.Any(fault => fault.Kind == scene.Ticket.Fault.Kind)
        ? throw new TargetException($"{scene.Component}: another {scene.Ticket.Fault.Kind} fault is there; one at a time can be done to a container.")
        : base.Prepare(scene);

    public override Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        scene.RequireRunning();
        return scene.Ticket.Fault switch
        {
            Cpu cpu when scene.Undo.Limits.NanoCpus > 0 => UpdateAsync(scene, new { NanoCpus = (long)(cpu.Cores * 1e9) }, cancellation),
            Cpu cpu => UpdateAsync(scene, new { CpuPeriod = Period, CpuQuota = (long)(cpu.Cores * Period) }, cancellation),
            _ => LimitMemoryAsync(scene, ((Memory)scene.Ticket.Fault).LimitBytes, cancellation),
        };
    }

    public override async Task RevertAsync(ContainerScene scene, CancellationToken cancellation)
    {
        if (await IsPresentAsync(scene, cancellation))
        {
            var limits = scene.Undo.Limits;
            await UpdateAsync(scene, scene.Ticket.Fault switch
            {
                Cpu when limits.NanoCpus > 0 => new { limits.NanoCpus },
                Cpu => new { CpuPeriod = limits.CpuPeriod > 0 ? limits.CpuPeriod : Period, CpuQuota = limits.CpuQuota > 0 ? limits.CpuQuota : -1 },
                _ => new { Memory = Bytes(limits.Memory), MemorySwap = Bytes(limits.MemorySwap) },
            }, cancellation);
        }

        if (scene.Ticket.Fault is Memory && scene.Undo.Running)
        {
            await scene.StartAsync(cancellation);
        }
    }

    public override async Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation)
    {
        var (now, before) = ((await scene.LookAsync(cancellation)).HostConfig, scene.Undo.Limits);
        return scene.Ticket.Fault is Cpu ? Cores(now) != Cores(before) : Bytes(now.Memory) != Bytes(before.Memory);
    }

    private static async Task LimitMemoryAsync(ContainerScene scene, long bytes, CancellationToken cancellation)
    {
        try
        {
            await UpdateAsync(scene, new { Memory = bytes, MemorySwap = bytes }, cancellation);
        }
        catch (EngineException error) when (error.Message.Contains("busy", StringComparison.Ordinal)
            || error.Message.Contains("unable to set memory limit", StringComparison.Ordinal)) // the kernel's word, and what newer runcs make of it
        {
            throw new TargetException($"{scene.Component} uses more than {bytes} bytes, and the kernel cannot take them back: {error.Message}", error);
        }
    }

    private static Task UpdateAsync(ContainerScene scene, object limits, CancellationToken cancellation) =>
        scene.Engine.PostAsync($"containers/{scene.Container.Id}/update", limits, cancellation);

    private static double Cores(HostConfig limits) =>
        limits.NanoCpus > 0 ? limits.NanoCpus / 1e9
        : limits.CpuQuota > 0 ? (double)limits.CpuQuota / (limits.CpuPeriod > 0 ? limits.CpuPeriod : Period)
        : double.PositiveInfinity;

    private static long Bytes(long limit) => limit > 0 ? limit : NoLimit;
}
