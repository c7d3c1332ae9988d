using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>Disk fill: one file of the given size, with blocks behind it, that bears the ticket's id.</summary>
internal sealed class DiskFillInjury : Injury
{
    /// <summary>Left free where tickets, histories and samples are written too: without them nobody could revert in order.</summary>
    private const long Headroom = 64L << 20;

    private static string FileOf(Scene scene) => Path.Combine(((DiskFill)scene.Ticket.Fault).Path, $".durabledrill-fill-{scene.Ticket.Id}");

    public override IEnumerable<Finding> Check(Scene scene)
    {
        var fault = (DiskFill)scene.Ticket.Fault;
        if (!Directory.Exists(fault.Path))
        {
            yield return Error("path", $"found '{fault.Path}', which is no folder here.");
        }
        else if (Room(scene, fault.Path) is var room && room < fault.SizeBytes)
        {
            yield return Error("size_bytes", $"found {fault.SizeBytes}; at most {room} bytes of {fault.Path} can be filled "
                + $"(where the drill writes too, {Headroom} stay free).");
        }
    }

    public override Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        var path = FileOf(scene);
        var fault = (DiskFill)scene.Ticket.Fault;
        if (!File.Exists(path) && Room(scene, fault.Path) is var room && room < fault.SizeBytes)
        {
            throw new TargetException($"{path}: only {room} of {fault.SizeBytes} bytes can be filled now.");
        }

        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                PreallocationSize = fault.SizeBytes,
            });
            file.SetLength(fault.SizeBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"{path}: {error.Message}", error);
        }

        return Task.CompletedTask;
    }

    public override Task RevertAsync(Scene scene, CancellationToken cancellation)
    {
        var path = FileOf(scene);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    public override Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation) => Task.FromResult(File.Exists(FileOf(scene)));

    private static long Room(Scene scene, string path)
    {
        var free = new DriveInfo(path).AvailableFreeSpace;
        return MountOf(path) == MountOf(scene.Folder.Path) ? Math.Max(0, free - Headroom) : free;
    }

    private static string MountOf(string path)
    {
        var full = Path.GetFullPath(path);
        return DriveInfo.GetDrives().Select(drive => drive.Name)
            .Where(mount => full == mount || full.StartsWith(mount.TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(mount => mount.Length) ?? "/";
    }
}
