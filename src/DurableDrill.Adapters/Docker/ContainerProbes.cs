using DurableDrill.Adapters.Commands;
using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// What the engine knows of a component's container. <c>container: COMPONENT</c>; <c>value</c>: restarts (default; how often its policy started it again), healthy (1
/// or 0, of its own health check), oom_killed (1 or 0), exit_code (of one that has ended).
/// </summary>
internal sealed class ContainerProbe(string component, string value, DockerComponents containers) : IProbe
{
    public static IProbe Of(SourceOptions options, ProbeHost host) => new ContainerProbe(
        options.Address, options.OneOf("value", "restarts", "restarts", "healthy", "oom_killed", "exit_code"), host.Docker!);

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var container = await AskAsync(containers, component, all => all.RequireAsync(component, cancellation));
        return new(value switch
        {
            "healthy" when container.State.Health is null => throw new ProbeException($"{component} has no health check of its own"),
            "healthy" => container.State is { Alive: true, Health.Status: "healthy" } ? 1 : 0,
            "oom_killed" => container.State.OomKilled ? 1 : 0,
            "exit_code" when container.State.Running => throw new ProbeException($"{component} runs, so it has no exit code"),
            "exit_code" => container.State.ExitCode,
            _ => container.RestartCount,
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Asks the engine; what it refuses is a gap.</summary>
    public static async Task<T> AskAsync<T>(DockerComponents? containers, string component, Func<DockerComponents, Task<T>> ask)
    {
        try
        {
            return await ask(DockerComponents.With(containers, component));
        }
        catch (TargetException error)
        {
            throw new ProbeException(error.Message, error);
        }
    }
}

/// <summary>The number that a command prints in a component's container: <c>command: TEXT, in: COMPONENT</c>.</summary>
internal sealed class ExecProbe(string component, string command, ProbeHost host) : IProbe
{
    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var result = await ContainerProbe.AskAsync(host.Docker, component, all => all.ExecAsync(component, command, cancellation));
        return new((result.ExitCode == 0 ? CommandProbe.Number(result.Output) : null) ?? throw new ProbeException(host.Secrets.Redact(
            $"command \"{HttpSource.Quoted(command)}\" in {component} ended with {result.ExitCode} and said \"{HttpSource.Quoted(result.Words)}\"; a number is expected")));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// The bytes that a path takes in a component's container, as <c>du</c> there says. <c>disk: COMPONENT, path: PATH</c>. Counted at most every 2 s: it takes a
/// process in the container, and a walk over all that lies there.
/// </summary>
internal sealed class DiskProbe(string component, string path, ProbeHost host) : IProbe
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private ProbeReading? last;

    public static IProbe Of(SourceOptions options, ProbeHost host) => new DiskProbe(options.Address, options.Required("path", "a folder in the container"), host);

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var now = host.Time.GetUtcNow();
        if (last is { } recent && now - recent.Of < Every)
        {
            return recent;
        }

        var quoted = path.Replace("'", "'\\''", StringComparison.Ordinal);
        // A file that vanishes while it is counted is no failure: du says so and counts on.
        var result = await ContainerProbe.AskAsync(host.Docker, component, all => all.ExecAsync(component, $"du -sk '{quoted}' | cut -f 1", cancellation));
        var bytes = CommandProbe.Number(result.Output) * 1024 ?? throw new ProbeException($"du of {path} in {component} said \"{HttpSource.Quoted(result.Words)}\"");
        last = new(bytes, now);
        return last.Value;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
