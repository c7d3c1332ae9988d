using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>Pause: the component is asked to, where it declares how; else the engine freezes its processes.</summary>
internal sealed class PauseInjury : ContainerInjury
{
    public override async Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        scene.RequireRunning();
        if (Definition(scene).Pause is { } pause)
        {
            await ComponentAction.RunAsync(pause, cancellation);
            return;
        }

        await scene.FreezeAsync(cancellation);
        await scene.WaitAsync(now => now.State.Paused, "paused, and is not", cancellation);
    }

    public override async Task RevertAsync(ContainerScene scene, CancellationToken cancellation)
    {
        if (scene.Others.OfType<Pause>().Any())
        {
            return;
        }

        if (!scene.Container.State.Alive)
        {
            // What is frozen cannot have ended by itself.
            if (scene.Undo.Running && Definition(scene).Pause is null)
            {
                await scene.StartAsync(cancellation);
            }

            return;
        }

        if (Definition(scene) is { Pause: not null, Resume: { } resume })
        {
            await ComponentAction.RunAsync(resume, cancellation);
        }
        else if (scene.Container.State.Paused)
        {
            await scene.Engine.PostAsync($"containers/{scene.Container.Id}/unpause", null, cancellation);
        }
    }

    /// <summary>Of one that was asked to pause nothing can be seen from outside: that its resume was answered is what is known.</summary>
    public override Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation) => Task.FromResult(
        Definition(scene).Pause is null && !scene.Others.OfType<Pause>().Any() && scene.Container.State is { Alive: true, Paused: true });

    private static ComponentDefinition Definition(ContainerScene scene) => scene.State.Definition.Components[scene.Component];
}
