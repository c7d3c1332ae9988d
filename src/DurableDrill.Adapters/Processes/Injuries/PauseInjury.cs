using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>Pause: the component is asked to, where it declares how; else every process of it is frozen.</summary>
internal sealed class PauseInjury : Injury
{
    public override IEnumerable<Finding> Check(Scene scene) => (scene.Definition.Pause, scene.Definition.Resume) switch
    {
        (not null, null) => [Error("component", $"{scene.Component} declares how to pause and not how to resume: resume is needed too.")],
        _ => [],
    };

    public override async Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        scene.RequireLeader();
        if (scene.Definition.Pause is { } pause)
        {
            await ComponentAction.RunAsync(pause, cancellation);
        }
        else
        {
            await scene.Runner.FreezeAsync(scene.State, frozen: true, cancellation);
        }
    }

    public override async Task RevertAsync(Scene scene, CancellationToken cancellation)
    {
        // One that was started anew is not paused; one that is down has nothing to resume.
        if (scene.Leader is null || scene.Others.OfType<Pause>().Any())
        {
            return;
        }

        if (scene.Definition.Resume is { } resume && scene.Definition.Pause is not null)
        {
            await ComponentAction.RunAsync(resume, cancellation);
        }
        else
        {
            await scene.Runner.FreezeAsync(scene.State, frozen: false, cancellation);
        }
    }

    /// <summary>Of one that was asked to pause nothing can be seen from outside: that its resume was answered is what is known.</summary>
    public override Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation) => Task.FromResult(
        scene.Definition.Pause is null
        && !scene.Others.Any(fault => fault is Pause or Cpu)
        && scene.Leader is { IsFrozen: true });
}
