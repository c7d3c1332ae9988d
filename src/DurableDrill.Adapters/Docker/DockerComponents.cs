using System.Net;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>Finds the containers of a target's components, and runs commands in them.</summary>
/// <param name="engine">The engine.</param>
/// <param name="definition">The target.</param>
public sealed class DockerComponents(DockerEngine engine, TargetDefinition definition)
{
    private string Project => definition.Project ?? definition.Target;

    /// <summary>Whether the target has a component of this name.</summary>
    internal bool Has(string component) => definition.Components.ContainsKey(component);

    /// <summary>How a component is looked for, for messages.</summary>
    internal string Describe(string component)
    {
        var wanted = definition.Components[component];
        return wanted.Container is { } container ? $"container {container}" : $"service {wanted.Service} of the compose project {Project}";
    }

    /// <summary>The component's container; null when there is none.</summary>
    /// <exception cref="TargetException">There are several, or the engine does not answer.</exception>
    internal async Task<Container?> FindAsync(string component, CancellationToken cancellation)
    {
        var wanted = definition.Components[component];
        if (wanted.Container is { } name)
        {
            return await InspectAsync(name, cancellation);
        }

        var found = await engine.GetAsync<List<ContainerEntry>>("containers/json?all=1&" + DockerEngine.Filters(
            "label", $"{DockerLabels.ComposeProject}={Project}", $"{DockerLabels.ComposeService}={wanted.Service}", "com.docker.compose.oneoff=False"), cancellation);
        return found.Count switch
        {
            0 => null,
            1 => await InspectAsync(found[0].Id, cancellation),
            _ => throw new TargetException($"{component}: {Describe(component)} has {found.Count} containers "
                + $"({string.Join(", ", found.Select(each => each.Names[0].TrimStart('/')).Order(StringComparer.Ordinal))}); say which one: container: NAME"),
        };
    }

    /// <summary>The component's container.</summary>
    /// <exception cref="TargetException">There is none.</exception>
    internal async Task<Container> RequireAsync(string component, CancellationToken cancellation) =>
        await FindAsync(component, cancellation) ?? throw new TargetException($"{component}: there is no {Describe(component)} on {engine.Host}");

    /// <summary>Runs a command of sh in a component's container.</summary>
    /// <exception cref="TargetException">It cannot be run: the container is not there, does not run, or has no shell.</exception>
    internal async Task<CommandResult> ExecAsync(string component, string command, CancellationToken cancellation)
    {
        var container = await RequireAsync(component, cancellation);
        var exec = await engine.PostAsync<Created>($"containers/{container.Id}/exec", new
        {
            AttachStdout = true,
            AttachStderr = true,
            Cmd = (string[])["sh", "-c", command],
        }, cancellation);
        var (output, error) = ContainerOutput.Parse(
            await engine.ReadBytesAsync(HttpMethod.Post, $"exec/{exec.Id}/start", new { Detach = false, Tty = false }, cancellation));
        var ended = await engine.GetAsync<ExecEnded>($"exec/{exec.Id}/json", cancellation);
        return new(ended.ExitCode ?? -1, output, error);
    }

    /// <summary>The last lines that a container said.</summary>
    internal async Task<string> LastWordsAsync(string id, CancellationToken cancellation)
    {
        try
        {
            var (output, error) = ContainerOutput.Parse(
                await engine.ReadBytesAsync(HttpMethod.Get, $"containers/{id}/logs?stdout=1&stderr=1&tail=3", null, cancellation));
            return $"{output}\n{error}".Trim() is { Length: > 0 } said ? $"Its last words: {said.ReplaceLineEndings(" | ")}" : "It said nothing.";
        }
        catch (EngineException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return "";
        }
    }

    private Task<Container?> InspectAsync(string name, CancellationToken cancellation) =>
        engine.FindAsync<Container>($"containers/{DockerEngine.Escape(name)}/json", cancellation);
}
