using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>Stop, kill, crash and restart: the component is down until the last of them is reverted.</summary>
internal sealed class DownInjury : Injury
{
    /// <summary>A start that does not live this long was none.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(300);

    /// <summary>A component that dies later than this after its start has reasons of its own, and is not for us to start again.</summary>
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(2);

    public static bool HoldsDown(Fault fault) => fault is Stop or Kill or Crash or StateLoss;

    public override async Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        switch (scene.Ticket.Fault)
        {
            case Stop:
                await scene.Runner.StopAsync(scene.State, cancellation);
                break;
            case Kill:
                await scene.Runner.KillAsync(scene.State, cancellation);
                break;
            case Crash:
                await scene.Runner.CrashAsync(scene.State, cancellation);
                break;
            case Restart when scene.Leader is not { } leader || leader.Identity == scene.Undo<ProcessUndo>().Process:
                await scene.Runner.StopAsync(scene.State, cancellation);
                await scene.Runner.StartAsync(scene.State, cancellation);
                break;
            case Restart:
                // An earlier attempt has done it, and died before that was written down.
                break;
        }
    }

    public override Task RevertAsync(Scene scene, CancellationToken cancellation) => StartAsync(scene, cancellation);

    public override Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation) => IsDownAsync(scene, cancellation);

    /// <summary>Starts the component unless another fault holds it down.</summary>
    public static async Task StartAsync(Scene scene, CancellationToken cancellation)
    {
        if (!scene.Others.Any(HoldsDown))
        {
            await scene.Runner.StartAsync(scene.State, cancellation);
        }
    }

    /// <summary>Whether the component is down by this fault.</summary>
    /// <exception cref="TargetException">It was started and ended by itself at once.</exception>
    public static async Task<bool> IsDownAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Others.Any(HoldsDown) || !scene.State.Processes.TryGetValue(scene.Component, out var started))
        {
            return false;
        }

        var age = scene.Time.GetUtcNow() - started.StartedAt;
        if (scene.Leader is not null && age < FirstLook)
        {
            await Task.Delay(FirstLook - age, scene.Time, cancellation);
        }

        return scene.Leader is null && (started.Process == scene.Undo<ProcessUndo>().Process
            || (age < Youth ? throw new TargetException(
                $"{scene.Component}: ended by itself right after its start. {LogTail.Of(scene.Folder.LogOf(scene.Component))}") : false));
    }
}
