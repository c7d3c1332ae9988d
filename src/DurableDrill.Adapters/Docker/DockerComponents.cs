using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using DurableDrill.Adapters.Commands;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>Finds the containers of a target's components, and runs commands in them.</summary>
/// <param name="engine">The engine.</param>
/// <param name="definition">The target.</param>
public sealed class DockerComponents(DockerEngine engine, TargetDefinition definition)
{
    private string Project => definition.Project ?? definition.Target;

    /// <summary>The containers of a target that has a component of this name.</summary>
    /// <param name="containers">Null: its components are no containers.</param>
    /// <param name="component">The name.</param>
    /// <exception cref="TargetException">There is no such component.</exception>
    internal static DockerComponents With(DockerComponents? containers, string component) =>
        containers is null ? throw new TargetException("the target's components are no containers")
        : containers.Has(component) ? containers
        : throw new TargetException($"the target has no component {component}");

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
        var exec = await NewExecAsync(component, command, cancellation);
        var (output, error) = ContainerOutput.Parse(
            await engine.ReadBytesAsync(HttpMethod.Post, $"exec/{exec}/start", new { Detach = false, Tty = false }, cancellation));
        return new(await ExitCodeAsync(exec, cancellation), output, error);
    }

    /// <summary>The same, for a command that may print much: the lines of its standard output, while they come.</summary>
    /// <exception cref="TargetException">It cannot be run, or did not end well; then what it printed is not all.</exception>
    internal async IAsyncEnumerable<string> ReadLinesAsync(string component, string command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var exec = await NewExecAsync(component, command, cancellation);
        var errors = new StringBuilder();
        var answer = await engine.OpenAsync(HttpMethod.Post, $"exec/{exec}/start", new { Detach = false, Tty = false }, cancellation);
        await foreach (var line in ContainerOutput.LinesAsync(answer, errors, cancellation))
        {
            yield return line;
        }

        var result = new CommandResult(await ExitCodeAsync(exec, cancellation), "", errors.ToString());
        if (result.ExitCode != 0)
        {
            throw new TargetException($"the command ended with {result.ExitCode}: {result.Words}");
        }
    }

    /// <summary>Every line that a component's container has said, while they come.</summary>
    /// <exception cref="TargetException">There is no such container, or its logs are not kept where the engine can read them.</exception>
    internal async IAsyncEnumerable<string> ReadLogAsync(string component, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var container = await RequireAsync(component, cancellation);
        var answer = await engine.OpenAsync(HttpMethod.Get, $"containers/{container.Id}/logs?stdout=1&stderr=1", null, cancellation);
        await foreach (var line in ContainerOutput.LinesAsync(answer, errors: null, cancellation))
        {
            yield return line;
        }
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

    private bool Has(string component) => definition.Components.ContainsKey(component);

    private async Task<string> NewExecAsync(string component, string command, CancellationToken cancellation)
    {
        var container = await RequireAsync(component, cancellation);
        return (await engine.PostAsync<Created>($"containers/{container.Id}/exec", new
        {
            AttachStdout = true,
            AttachStderr = true,
            Cmd = (string[])["sh", "-c", command],
        }, cancellation)).Id;
    }

    private async Task<int> ExitCodeAsync(string exec, CancellationToken cancellation) =>
        (await engine.GetAsync<ExecEnded>($"exec/{exec}/json", cancellation)).ExitCode ?? -1;

    private Task<Container?> InspectAsync(string name, CancellationToken cancellation) =>
        engine.FindAsync<Container>($"containers/{DockerEngine.Escape(name)}/json", cancellation);
}
