using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>State loss: the component is killed, its state moved aside under the ticket's id. The revert starts it with nothing.</summary>
internal sealed class StateLossInjury : Injury
{
    public override IEnumerable<Finding> Check(Scene scene)
    {
        var path = Path.GetFullPath(((StateLoss)scene.Ticket.Fault).Path);
        if (!path.StartsWith(scene.Folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            yield return Error("path", $"found '{path}'; only what lies in the run's own folder {scene.Folder.Path} may be moved aside.");
        }
        else if (!Path.Exists(path))
        {
            yield return Error("path", $"found '{path}', which is not there.");
        }
        else
        {
            yield return Warning("path", $"{path} is moved aside to {path}.lost-DRILL and stays there: the revert starts {scene.Component} without it.");
        }
    }

    public override async Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        await scene.Runner.KillAsync(scene.State, cancellation);
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(((StateLoss)scene.Ticket.Fault).Path));
        var aside = $"{path}.lost-{scene.Ticket.Id}";
        try
        {
            // Applied a second time, what lies there is the new state.
            if (Path.Exists(path) && !Path.Exists(aside))
            {
                Directory.Move(path, aside);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"{path} could not be moved to {aside}: {error.Message}", error);
        }
    }

    public override Task RevertAsync(Scene scene, CancellationToken cancellation) => DownInjury.StartAsync(scene, cancellation);

    public override Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation) => DownInjury.IsDownAsync(scene, cancellation);
}
