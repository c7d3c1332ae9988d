using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>Disk fill: one file of the given size, with blocks behind it, that bears the ticket's id.</summary>
internal sealed class DiskFillInjury : Injury
{
    private static string FileOf(Scene scene) => Path.Combine(((DiskFill)scene.Ticket.Fault).Path, $".durabledrill-fill-{scene.Ticket.Id}");

    public override IEnumerable<Finding> Check(Scene scene)
    {
        var fault = (DiskFill)scene.Ticket.Fault;
        if (!Directory.Exists(fault.Path))
        {
            yield return Error("path", $"found '{fault.Path}', which is no folder here.");
        }
        else if (new DriveInfo(fault.Path).AvailableFreeSpace is var free && free < fault.SizeBytes)
        {
            yield return Error("size_bytes", $"found {fault.SizeBytes}, but only {free} bytes are free in {fault.Path}.");
        }
    }

    public override Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        var path = FileOf(scene);
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                PreallocationSize = ((DiskFill)scene.Ticket.Fault).SizeBytes,
            });
            file.SetLength(((DiskFill)scene.Ticket.Fault).SizeBytes);
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
}
