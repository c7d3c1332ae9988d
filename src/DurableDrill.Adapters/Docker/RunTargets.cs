using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>Opens targets from the folder of all runs alone, HOME/targets, whatever carries them.</summary>
/// <param name="runs">The runs.</param>
/// <param name="time">The clock.</param>
public sealed class RunTargets(RunFolders runs, TimeProvider time) : ITargetCatalog
{
    /// <summary>Names the engine in the environment that a run keeps.</summary>
    public const string HostVariable = "DOCKER_HOST";

    /// <summary>The target of a run.</summary>
    /// <exception cref="TargetException">Its engine has no address that is known, or this program does not reach its carrier.</exception>
    public static ITarget Open(RunFolder folder, RunState state, TimeProvider time) => state.Definition.Carrier switch
    {
        "docker" => new DockerTarget(folder, state.Definition, new(state.Environment.GetValueOrDefault(HostVariable)), time),
        "processes" => new ProcessTarget(state.Definition.Target, folder, time),
        var other => throw new TargetException(
            $"'{state.Definition.Target}' is of carrier {other}, which this program does not reach: the Functions app does (drill --server URL revert)"),
    };

    /// <inheritdoc/>
    public async Task<ITarget?> OpenAsync(string name, CancellationToken cancellation)
    {
        var folder = runs.FolderOf(name);
        return await folder.ReadAsync(cancellation) is { } state ? Open(folder, state, time) : null;
    }
}
