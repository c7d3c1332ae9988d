using System.Text.Json;
using DurableDrill.Adapters.Files;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>
/// The folder of a pipeline that runs as processes: <c>state.json</c>, <c>hold.json</c>, <c>data/COMPONENT</c>, <c>logs/COMPONENT.log</c>.
/// That "up" made it is the opt-in: a folder without a state is no target.
/// </summary>
/// <param name="path">HOME/targets/NAME.</param>
public sealed class RunFolder(string path)
{
    /// <summary>Names the run in the environment of each of its processes.</summary>
    public const string RunVariable = "DRILL_RUN";

    /// <summary>Names the component in the environment of each of its processes.</summary>
    public const string ComponentVariable = "DRILL_COMPONENT";

    /// <summary>Names the fault ticket in the environment of a helper process that lives as long as the fault.</summary>
    public const string TicketVariable = "DRILL_TICKET";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The folder itself, absolute.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The state file.</summary>
    public string StatePath => In("state.json");

    /// <summary>The target file as it was brought up.</summary>
    public string TargetPath => In("target.yaml");

    /// <summary>Who has this lock is the one watch that looks after the target.</summary>
    public string WatchLock => In("locks", "watch");

    /// <summary>Whether a watch looks after the target now.</summary>
    public bool IsWatched()
    {
        using var free = FileLock.TryAcquire(WatchLock);
        return free is null;
    }

    /// <summary>Where a component keeps its data.</summary>
    public string DataOf(string component) => In("data", component);

    /// <summary>What a component has said since "up".</summary>
    public string LogOf(string component) => In("logs", component + ".log");

    /// <summary>Reads the state; null when nothing was ever brought up here.</summary>
    /// <exception cref="TargetException">It is there and cannot be read.</exception>
    public async Task<RunState?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return JsonSerializer.Deserialize<RunState>(await File.ReadAllTextAsync(StatePath, cancellation), DrillJson.Options);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TargetException($"{StatePath} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Writes a state, whatever was there.</summary>
    internal Task WriteAsync(RunState state, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(StatePath, JsonSerializer.Serialize(state, DrillJson.Indented) + "\n", cancellation);

    /// <summary>Changes the state while nobody else does, and returns it.</summary>
    /// <exception cref="TargetException">There is none, or it cannot be read.</exception>
    internal async Task<RunState> UpdateAsync(Func<RunState, RunState> change, CancellationToken cancellation)
    {
        using var _ = await LockAsync("state", cancellation);
        var state = await RequireAsync(cancellation);
        var next = change(state);
        if (!ReferenceEquals(next, state))
        {
            await WriteAsync(next, cancellation);
        }

        return next;
    }

    /// <summary>The state of a run that must be there.</summary>
    /// <exception cref="TargetException">There is none, or it cannot be read.</exception>
    internal async Task<RunState> RequireAsync(CancellationToken cancellation) =>
        await ReadAsync(cancellation) ?? throw new TargetException($"{StatePath} is not there: nothing was brought up here.");

    /// <summary>A lock of this run, between processes.</summary>
    internal Task<FileLock> LockAsync(string name, CancellationToken cancellation) =>
        FileLock.AcquireAsync(In("locks", name), Patience, cancellation);

    internal string In(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);
}
