using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Processes;
using DurableDrill.Local.Doctor;
using DurableDrill.Local.Hosting;
using DurableDrill.Local.Watchdog;
using DurableDrill.Targets;

namespace DurableDrill.Local.Targets;

/// <summary>The targets that are known in a home folder: brings them up, takes them down, tells which there are.</summary>
/// <param name="home">The home folder.</param>
internal sealed class Pipelines(string home)
{
    /// <summary>The program of the pipeline that ships, beside this one.</summary>
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "pipeline", "DurableDrill.Pipeline");

    // Engines take longer than processes: jobs are submitted, topics made, checkpoints taken.
    private static readonly TimeSpan StackPatience = TimeSpan.FromMinutes(3);

    private readonly string root = Path.Combine(home, "targets");

    /// <summary>The folder of a run.</summary>
    public RunFolder FolderOf(string name) => new(Path.Combine(root, name));

    /// <summary>The run of a target, whether it is up or down; null when it never was up here.</summary>
    public Task<RunState?> ReadAsync(string name, CancellationToken cancellation) => FolderOf(name).ReadAsync(cancellation);

    /// <summary>The names of all targets that ever were up here, in order.</summary>
    public IReadOnlyList<string> Names() => !Directory.Exists(root)
        ? []
        : [.. Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Brings a target up and returns when every component is healthy and events flow.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="definition">What is in the file, parameters in place.</param>
    /// <param name="goesWithCaller">Whether it goes down with this process, however this ends.</param>
    /// <param name="progress">Told of each component.</param>
    /// <param name="cancellation">Stops everything again.</param>
    /// <exception cref="TargetException">It did not come up.</exception>
    public async Task<RunState> UpAsync(
        string file, TargetDefinition definition, bool goesWithCaller, IProgress<string> progress, CancellationToken cancellation)
    {
        var folder = FolderOf(definition.Target);
        if (definition.Carrier == "docker")
        {
            var stack = await new DockerPipeline(folder, TimeProvider.System).UpAsync(
                await File.ReadAllTextAsync(file, cancellation), Expand(definition, folder, new Dictionary<string, int>()), progress, cancellation);
            // The gate disposes what it opens.
            await FlowGate.WaitAsync(
                stack.Definition, RunTargets.Open(folder, stack, TimeProvider.System), TimeProvider.System, progress, cancellation, StackPatience);
            return stack;
        }

        if (definition.Carrier != "processes")
        {
            throw new TargetException($"{file} is of carrier {definition.Carrier}: it runs where it runs, and is not brought up here.");
        }

        // The start script of PostgreSQL finds it there; what is set already wins.
        if (Environment.GetEnvironmentVariable("PG_HOME") is null && NodeModules.FindPostgres() is { } postgres)
        {
            Environment.SetEnvironmentVariable("PG_HOME", postgres);
        }

        var run = await new ProcessPipeline(folder, TimeProvider.System).UpAsync(
            new()
            {
                Source = await File.ReadAllTextAsync(file, cancellation),
                Ports = definition.Ports,
                Expand = ports => Expand(definition, folder, ports),
                GoesWithCaller = goesWithCaller ? new WatchdogProcess(home) : null,
            },
            progress,
            cancellation);
        await FlowGate.WaitAsync(run.Definition, new ProcessTarget(definition.Target, folder, TimeProvider.System), TimeProvider.System, progress, cancellation);
        return run;
    }

    /// <summary>Makes a target known that runs where it runs, so that it can be drilled from here; it is not touched.</summary>
    /// <exception cref="TargetException">A drill has injured it.</exception>
    public async Task<RunState> RegisterAsync(string file, TargetDefinition definition, CancellationToken cancellation)
    {
        var folder = FolderOf(definition.Target);
        return await new DockerPipeline(folder, TimeProvider.System).RegisterAsync(
            await File.ReadAllTextAsync(file, cancellation), Expand(definition, folder, new Dictionary<string, int>()), cancellation);
    }

    /// <summary>Takes a target down; one that is down already stays so.</summary>
    /// <exception cref="TargetException">A drill holds it, or a process does not die.</exception>
    public async Task DownAsync(string name, bool force, IProgress<string> progress, CancellationToken cancellation)
    {
        var folder = FolderOf(name);
        if (await folder.ReadAsync(cancellation) is { Definition.Carrier: "docker" })
        {
            await new DockerPipeline(folder, TimeProvider.System).DownAsync(force, progress, cancellation);
            return;
        }

        await new ProcessPipeline(folder, TimeProvider.System).DownAsync(force, progress, cancellation);
    }

    private static TargetDefinition Expand(TargetDefinition definition, RunFolder folder, IReadOnlyDictionary<string, int> ports)
    {
        var reading = TargetExpansion.Expand(definition, new(folder.Path, Shipped, TargetFiles.Shipped, ports));
        return reading.Value
            ?? throw new TargetException(string.Join("\n", reading.Errors.Select(error => $"{error.Path}: {error.Message}")));
    }
}
