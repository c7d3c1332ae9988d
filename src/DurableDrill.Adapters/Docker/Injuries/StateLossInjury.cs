using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>
/// State loss: the container is frozen, its state moved aside under the ticket's id, then it is killed, so that it writes nothing in between. The revert
/// starts it with nothing; what was moved stays for a person to look at.
/// </summary>
internal sealed class StateLossInjury : ContainerInjury
{
    // Moved once: applied a second time, what lies there is the new state. A mounted folder stays and loses its content.
    private const string Move = """
        p=$BASE/$REST; aside=$p.lost-$TICKET
        [ ! -e "$aside" ] || exit 0
        if [ "$MOUNT" = 1 ] && [ -d "$p" ]; then
          mkdir "$aside.part" && find "$p" -mindepth 1 -maxdepth 1 -exec mv -t "$aside.part" {} + && mv "$aside.part" "$aside"
        elif [ -e "$p" ]; then
          mv "$p" "$aside"
        fi
        """;

    public override async Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation) =>
        [.. await ContainerPath.CheckAsync(scene, Fault(scene).Path, "-e", "a file or folder", cancellation),
            Warning("path", $"{Fault(scene).Path} is moved aside to {Fault(scene).Path}.lost-DRILL and stays there: the revert starts {scene.Component} without it")];

    public override async Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        if (scene.Container.State is { Alive: true, Paused: false })
        {
            await scene.FreezeAsync(cancellation);
        }

        var place = ContainerPath.Of(scene.Container, Fault(scene).Path)
            ?? throw new TargetException($"{scene.Component}: {Fault(scene).Path} cannot be reached while {scene.Container.ShortName} is {scene.Container.State.Status}");
        try
        {
            await place.RunAsync(scene, Move, cancellation, $"MOUNT={(place.IsMount ? 1 : 0)}");
        }
        finally
        {
            // Also when nothing was moved: frozen it must not stay.
            await scene.KillAsync(CancellationToken.None);
        }
    }

    public override Task RevertAsync(ContainerScene scene, CancellationToken cancellation) => scene.StartAsync(cancellation);

    public override Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation) => scene.IsDownAsync(cancellation);

    private static StateLoss Fault(ContainerScene scene) => (StateLoss)scene.Ticket.Fault;
}
