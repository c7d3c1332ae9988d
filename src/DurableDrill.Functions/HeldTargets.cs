using System.Collections.Concurrent;
using DurableDrill.Adapters;
using DurableDrill.Adapters.Blobs;
using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Processes;
using DurableDrill.Adapters.Sources;
using DurableDrill.Api;
using DurableDrill.Azure;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Functions;

/// <summary>
/// The targets that this app holds: container groups, whose files lie in the blob container <c>targets</c>, and, on a developer's machine, what
/// <c>drill up</c> has brought up in the folder that DRILL_HOME names.
/// </summary>
/// <param name="files">The files of container groups.</param>
/// <param name="groups">Reaches container groups; null: the app has no resource group to drill in.</param>
/// <param name="home">The home folder; null or empty: none.</param>
/// <param name="time">The clock.</param>
public sealed class HeldTargets(BlobTargetFiles files, ContainerGroups? groups, string? home, TimeProvider time) : ITargetCatalog, IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private readonly ConcurrentDictionary<string, (string Version, OpenTarget Target)> open = new();
    private readonly RunFolders? runs = string.IsNullOrEmpty(home) ? null : new(Path.Combine(home, "targets"));

    /// <summary>The targets, in order of their names.</summary>
    public async Task<IReadOnlyList<TargetView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<TargetView>();
        foreach (var run in runs?.Runs ?? [])
        {
            if (await run.ReadAsync(cancellation) is { } state)
            {
                views.Add(ViewOf(state.Definition, DrillJson.NameOf(state.Phase)));
            }
        }

        foreach (var name in await files.ListAsync(cancellation))
        {
            try
            {
                views.Add(ViewOf(await ReadAsync(name, cancellation), TargetView.Up));
            }
            catch (TargetException error)
            {
                views.Add(new(name, "container-groups", error.Message, [], []));
            }
        }

        return [.. views.DistinctBy(view => view.Target).OrderBy(view => view.Target, StringComparer.Ordinal)];
    }

    /// <summary>Opens a target with its probes, or returns the open one.</summary>
    /// <exception cref="TargetException">There is no such target, or it cannot be opened.</exception>
    public async Task<IOpenTarget> OpenForDrillAsync(string name, CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            // A target that was brought up again, or whose file has changed, is another one: other ports, other probes.
            var (version, definition, target) = await FindAsync(name, cancellation)
                ?? throw new TargetException($"there is no target '{name}' here");
            if (open.TryGetValue(name, out var known))
            {
                if (known.Version == version)
                {
                    await target.DisposeAsync();
                    return known.Target;
                }

                await known.Target.DisposeAsync();
            }

            var opened = new OpenTarget(definition, target, time);
            open[name] = (version, opened);
            return opened;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ITarget?> OpenAsync(string name, CancellationToken cancellation) => (await FindAsync(name, cancellation))?.Target;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, target) in open.Values)
        {
            await target.DisposeAsync();
        }
    }

    private async Task<(string Version, TargetDefinition Definition, ITarget Target)?> FindAsync(string name, CancellationToken cancellation)
    {
        if (runs?.FolderOf(name) is { } folder && await folder.ReadAsync(cancellation) is { } state)
        {
            return (state.Run, state.Definition, RunTargets.Open(folder, state, time));
        }

        if (await files.ReadAsync(name, cancellation) is not { } file)
        {
            return null;
        }

        var definition = Read(name, file.Value);
        return groups is null
            ? throw new TargetException($"'{name}' is of carrier container-groups, and this app has no resource group to drill in: set {ContainerGroups.ScopeSetting}")
            : (file.Version, definition, new ContainerGroupTarget(definition, groups, time));
    }

    private async Task<TargetDefinition> ReadAsync(string name, CancellationToken cancellation) =>
        await files.ReadAsync(name, cancellation) is { } file ? Read(name, file.Value) : throw new TargetException($"there is no target '{name}' here");

    private static TargetDefinition Read(string name, TargetText file)
    {
        var reading = TargetReader.Read(file.Text, file.Source, new() { CheckSource = SourceChecks.Check });
        var definition = reading.Value
            ?? throw new TargetException(string.Join("\n", reading.Errors));
        return definition.Target != name ? throw new TargetException($"{file.Source} is of the target '{definition.Target}'; name it {definition.Target}.yaml")
            : definition.Carrier == ContainerGroupTarget.Carrier ? definition
            : throw new TargetException($"{file.Source} is of carrier {definition.Carrier}; this app reaches container-groups");
    }

    private static TargetView ViewOf(TargetDefinition target, string state) =>
        new(target.Target, target.Carrier, state, [.. target.Components.Keys], [.. target.Drills.Keys]);
}
