using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>Where a path of a container is for a helper that works on it from outside, whether the container runs or not.</summary>
/// <param name="Binds">What the helper must mount.</param>
/// <param name="Base">The folder in the helper below which it lies.</param>
/// <param name="Rest">The path below it, without a slash in front.</param>
/// <param name="IsMount">It is itself what is mounted: it cannot be moved, its content can.</param>
internal sealed record ContainerPath(IReadOnlyList<string> Binds, string Base, string Rest, bool IsMount)
{
    private const string Mounted = "/durabledrill";

    // A symbolic link would lead elsewhere for the helper than for the container.
    private const string Guard = """
        walk=; IFS=/
        for part in $REST; do
          walk=$walk/$part
          [ ! -L "$BASE$walk" ] || { echo "$walk is a symbolic link; name what it stands for" >&2; exit 1; }
        done
        unset IFS

        """;

    /// <summary>The path in the container; null: what held it (a tmpfs, a layer that cannot be reached) is gone while the container does not run.</summary>
    public static ContainerPath? Of(Container container, string path)
    {
        path = System.IO.Path.GetFullPath(path, "/").TrimEnd('/');
        var mount = container.Mounts.Where(mount => mount.Type is "volume" or "bind" && mount.Source is { Length: > 0 } && Contains(mount.Destination, path))
            .MaxBy(mount => mount.Destination.Length);
        if (mount is not null && mount.Destination.TrimEnd('/') == path)
        {
            // The folder above, for what is moved aside goes beside it.
            var above = System.IO.Path.GetDirectoryName(mount.Source!.TrimEnd('/'))!;
            return new([$"{above}:{Mounted}"], Mounted, System.IO.Path.GetFileName(mount.Source.TrimEnd('/')), IsMount: true);
        }

        if (mount is not null)
        {
            return new([$"{mount.Source}:{Mounted}"], Mounted, path[mount.Destination.TrimEnd('/').Length..].TrimStart('/'), IsMount: false);
        }

        if (container.State.Alive)
        {
            return new([], $"/proc/{container.State.Pid}/root", path.TrimStart('/'), IsMount: false);
        }

        return container.GraphDriver?.Data?.GetValueOrDefault("UpperDir") is { Length: > 0 } upper
            ? new([$"{upper}:{Mounted}"], Mounted, path.TrimStart('/'), IsMount: false)
            : null;
    }

    /// <summary>Runs a script that finds the path at <c>$BASE/$REST</c>.</summary>
    public Task<string> RunAsync(ContainerScene scene, string script, CancellationToken cancellation, params IReadOnlyList<string> environment) =>
        scene.Helper.RunAsync(scene.Ticket.Id, Guard + script, [.. scene.HelperEnvironment, $"BASE={Base}", $"REST={Rest}", .. environment], Binds, cancellation);

    /// <summary>What is wrong with a path in a plan.</summary>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, string path, string test, string meaning, CancellationToken cancellation)
    {
        if (!path.StartsWith('/') || path.TrimEnd('/').Length == 0)
        {
            return [new(Severity.Error, "path", $"found '{path}'; the path of {meaning} below the container's root is needed, such as /var/lib/data")];
        }

        if (await scene.Helper.MissingAsync(cancellation) is { } missing)
        {
            return [new(Severity.Error, "component", missing)];
        }

        try
        {
            return Of(scene.Container, path) is { } place && await place.RunAsync(scene, $"[ {test} \"$BASE/$REST\" ] || echo no", cancellation) == ""
                ? []
                : [new(Severity.Error, "path", $"found '{path}', which is not {meaning} of {scene.Component}")];
        }
        catch (TargetException error)
        {
            return [new(Severity.Error, "path", error.Message)];
        }
    }

    private static bool Contains(string folder, string path) =>
        folder.TrimEnd('/') is var root && (path == root || path.StartsWith(root + "/", StringComparison.Ordinal));
}
