using System.Globalization;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>Disk fill: a file of the given size, named after the ticket. A container that dies of it is started again when the file is gone.</summary>
internal sealed class DiskFillInjury : ContainerInjury
{
    private const string Fill = """
        f=$BASE/$REST/drill-fill-$TICKET
        [ "$(stat -c %s "$f" 2> /dev/null)" = "$SIZE" ] || fallocate -l "$SIZE" "$f" || { rm -f "$f"; exit 1; }
        """;

    public override Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation) =>
        ContainerPath.CheckAsync(scene, Fault(scene).Path, "-d", "a folder", cancellation);

    public override async Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        scene.RequireRunning();
        await ContainerPath.Of(scene.Container, Fault(scene).Path)!.RunAsync(
            scene, Fill, cancellation, $"SIZE={Fault(scene).SizeBytes.ToString(CultureInfo.InvariantCulture)}");
    }

    public override async Task RevertAsync(ContainerScene scene, CancellationToken cancellation)
    {
        if (ContainerPath.Of(scene.Container, Fault(scene).Path) is { } place)
        {
            await place.RunAsync(scene, "rm -f \"$BASE/$REST/drill-fill-$TICKET\"", cancellation);
        }

        if (scene.Undo.Running)
        {
            await scene.StartAsync(cancellation);
        }
    }

    public override async Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation) =>
        ContainerPath.Of(scene.Container, Fault(scene).Path) is { } place
        && await place.RunAsync(scene, "[ ! -e \"$BASE/$REST/drill-fill-$TICKET\" ] || echo there", cancellation) == "there";

    private static DiskFill Fault(ContainerScene scene) => (DiskFill)scene.Ticket.Fault;
}
