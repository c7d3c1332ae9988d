using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>
/// Stop, kill, crash and restart. The engine counts stop and kill as wanted by hand, so no restart policy acts; a crash is SIGKILL from outside the
/// container's namespaces, which the policy answers.
/// </summary>
internal sealed class DownInjury : ContainerInjury
{
    // The process is named by its number, which may have gone to another since: it must still be the container's.
    private const string KillProcess = """grep -q "$ID" "/proc/$PID/cgroup" && kill -9 "$PID" """;

    public override async Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation)
    {
        if (scene.Ticket.Fault is not Crash)
        {
            return [];
        }

        var policy = scene.Container.HostConfig.RestartPolicy?.Name is { Length: > 0 } name ? name : "no";
        var finding = Warning("component", policy == "no"
            ? $"{scene.Component} has no restart policy: nothing starts it again before the revert does"
            : $"{scene.Component} has the restart policy '{policy}': the engine starts it again, and that is the recovery that is measured (self-healed)");
        return await scene.Helper.MissingAsync(cancellation) is { } missing ? [finding, Error("component", missing)] : [finding];
    }

    public override async Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        // Once it is another process, an earlier attempt has done it, and died before that was written down.
        var first = scene.Container.Identity == scene.Undo.Identity;
        switch (scene.Ticket.Fault)
        {
            case Stop:
                await scene.PostAsync("stop?t=15", cancellation);
                await scene.WaitAsync(now => !now.State.Running, "stopped, and still runs", cancellation);
                break;
            case Kill:
                await scene.KillAsync(cancellation);
                break;
            case Crash when first && scene.Container.State.Alive:
                await scene.Helper.RunAsync(scene.Ticket.Id, KillProcess, scene.HelperEnvironment, [], cancellation);
                await scene.WaitAsync(now => !now.State.Alive || now.Identity != scene.Undo.Identity, "killed, and still runs", cancellation);
                break;
            case Restart when first:
                await scene.Engine.PostAsync($"containers/{scene.Container.Id}/restart?t=15", null, cancellation);
                break;
        }
    }

    public override Task RevertAsync(ContainerScene scene, CancellationToken cancellation) => scene.StartAsync(cancellation);

    public override Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation) => scene.IsDownAsync(cancellation);
}
