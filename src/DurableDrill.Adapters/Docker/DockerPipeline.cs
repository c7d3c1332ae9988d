using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>Targets whose components are containers: makes them known in a home folder, and brings those up and down that name a compose file.</summary>
/// <param name="folder">The target's folder in the home.</param>
/// <param name="time">The clock.</param>
public sealed class DockerPipeline(RunFolder folder, TimeProvider time)
{
    /// <summary>Keeps the definition under which the target is drilled from here; nothing is started.</summary>
    /// <exception cref="TargetException">A drill has injured it under the one that is kept.</exception>
    public async Task<RunState> RegisterAsync(string source, TargetDefinition definition, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync("up", cancellation);
        var known = await folder.ReadAsync(cancellation);
        if (known is { Faults.Count: > 0 })
        {
            throw new TargetException($"{definition.Target}: a drill has injured it ({string.Join(", ", known.Faults.Keys)}); end that first: drill revert");
        }

        var environment = Environment.GetEnvironmentVariable(RunTargets.HostVariable) is { Length: > 0 } host
            ? new Dictionary<string, string> { [RunTargets.HostVariable] = host }
            : [];
        var state = new RunState
        {
            Run = known?.Run ?? Guid.NewGuid().ToString("N"),
            Phase = RunPhase.Up,
            Definition = definition,
            Ports = new Dictionary<string, int>(),
            Environment = environment,
            Since = time.GetUtcNow(),
            Reverted = known?.Reverted ?? [],
        };
        await AtomicFile.WriteAsync(folder.TargetPath, source, cancellation);
        await folder.WriteAsync(state, cancellation);
        return state;
    }

    /// <summary>Brings the compose project up, where there is one, and returns when every service is healthy.</summary>
    /// <exception cref="TargetException">A drill holds it, another home has brought it up, or it did not come up.</exception>
    public async Task<RunState> UpAsync(string source, TargetDefinition definition, IProgress<string> progress, CancellationToken cancellation)
    {
        if (definition.Compose is null)
        {
            return await RegisterAsync(source, definition, cancellation);
        }

        using var engine = DockerEngine.FromEnvironment();
        if (await new VolumeHold(engine, definition.Target, time).ReadAsync(cancellation) is { } holder)
        {
            throw new TargetException($"{Held(holder)} End it first.");
        }

        // From another home compose would make the containers anew, for what they mount lies in the home.
        if (await folder.ReadAsync(cancellation) is not { Phase: RunPhase.Up }
            && await StackOf(definition).ContainersAsync(engine, cancellation) is ({ Count: > 0 } there, var from))
        {
            throw new TargetException($"{definition.Target}: containers of its compose project are there already, and not from {folder.Path}: {string.Join(", ", there)}. "
                + $"Take it down where it was brought up{(from is null ? "" : $" ({from})")}, or: docker compose --project-name {definition.Project ?? definition.Target} --file {definition.Compose} down --volumes");
        }

        var state = await RegisterAsync(source, definition, cancellation);
        foreach (var component in definition.Components.Keys)
        {
            // Made here, or the engine would make what is mounted, for root.
            Directory.CreateDirectory(folder.DataOf(component));
        }

        await StackOf(definition).UpAsync(engine, progress, cancellation);
        return state;
    }

    /// <summary>Takes the compose project down, with its volumes and the data that its containers left in the target's folder.</summary>
    /// <exception cref="TargetException">A drill holds it, or compose refused.</exception>
    public async Task DownAsync(bool force, IProgress<string> progress, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync("up", cancellation);
        var state = await folder.ReadAsync(cancellation) ?? throw new TargetException($"{folder.Path} holds no target");
        await using var target = (DockerTarget)RunTargets.Open(folder, state, time);
        if (await target.HolderAsync(cancellation) is { } holder)
        {
            if (!force)
            {
                throw new TargetException($"{Held(holder)} End it first, or use --force.");
            }

            await target.ReleaseAsync(holder.Owner, cancellation);
        }

        await folder.WriteAsync(state with { Phase = RunPhase.Down, Faults = new Dictionary<string, Fault>() }, cancellation);
        if (state.Definition.Compose is not null)
        {
            await StackOf(state.Definition).DownAsync(progress, cancellation);
            Directory.Delete(folder.In("data"), recursive: true);
        }
    }

    private static string Held(Hold holder) => $"The drill {holder.Owner} on {holder.Host} holds this target until {holder.Until:u}.";

    private ComposeStack StackOf(TargetDefinition definition) => new(definition.Compose!, definition.Project ?? definition.Target, folder.Path, time);
}
