using System.Net;
using DurableDrill.Adapters.Commands;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// Runs what must be done from outside a container, yet on its engine's machine: signals to its process, packet filters in its network namespace,
/// files below <c>/proc/PID/root</c>. Each time a short-lived container in the machine's process namespace, with the capabilities that this takes, which bears the ticket as a
/// label, so that one which outlives this program is found and removed. Nothing is needed inside the target's own image, and the engine may be elsewhere.
/// </summary>
internal sealed class EngineHelper(DockerEngine engine)
{
    /// <summary>The image unless <c>DRILL_HELPER_IMAGE</c> names another: a shell, nsenter, iptables and tc.</summary>
    public const string DefaultImage = "durabledrill/nettools:bookworm";

    private static string Image => Environment.GetEnvironmentVariable("DRILL_HELPER_IMAGE") is { Length: > 0 } image ? image : DefaultImage;

    /// <summary>Why no helper can run here; null: one can.</summary>
    public async Task<string?> MissingAsync(CancellationToken cancellation) =>
        await engine.FindAsync<Created>($"images/{Image}/json", cancellation) is not null
            ? null
            : $"the image {Image}, which works on a container from outside, is not on {engine.Host}: docker build -t {DefaultImage} compose/nettools, or set DRILL_HELPER_IMAGE";

    /// <summary>Runs a script of sh and returns its output.</summary>
    /// <param name="ticket">The ticket for which it works.</param>
    /// <param name="script">The script; <c>$PID</c> and the like come from <paramref name="environment"/>, never from its text.</param>
    /// <param name="environment">NAME=VALUE.</param>
    /// <param name="binds">Folders of the engine's machine, SOURCE:DESTINATION.</param>
    /// <param name="cancellation">Removes the helper.</param>
    /// <exception cref="TargetException">It did not end with 0.</exception>
    public async Task<string> RunAsync(
        string ticket, string script, IReadOnlyList<string> environment, IReadOnlyList<string> binds, CancellationToken cancellation)
    {
        var result = await TryAsync(ticket, script, environment, binds, cancellation);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw new TargetException($"{ticket}: the helper on {engine.Host} ended with {result.ExitCode}: {result.Words}");
    }

    /// <summary>Runs a script of sh, however it ends.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<CommandResult> TryAsync(
        string ticket, string script, IReadOnlyList<string> environment, IReadOnlyList<string> binds, CancellationToken cancellation)
    {
        Created made;
        try
        {
            made = await engine.PostAsync<Created>("containers/create", new
            {
                Image,
                Entrypoint = (string[])["sh", "-c", script],
                Cmd = Array.Empty<string>(),
                Env = environment,
                User = "0",
                Labels = new Dictionary<string, string> { [DockerLabels.Ticket] = ticket },
                HostConfig = new
                {
                    PidMode = "host",
                    NetworkMode = "none",
                    Binds = binds,
                    CapAdd = (string[])["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE", "KILL"],
                    SecurityOpt = (string[])["apparmor=unconfined", "seccomp=unconfined", "label=disable"],
                },
            }, cancellation);
        }
        catch (EngineException error) when (error.Status == HttpStatusCode.NotFound)
        {
            throw new TargetException(await MissingAsync(cancellation) ?? error.Message, error);
        }

        try
        {
            await engine.PostAsync($"containers/{made.Id}/start", null, cancellation);
            var ended = await engine.PostAsync<Ended>($"containers/{made.Id}/wait", null, cancellation);
            var (output, error) = ContainerOutput.Parse(
                await engine.ReadBytesAsync(HttpMethod.Get, $"containers/{made.Id}/logs?stdout=1&stderr=1", null, cancellation));
            return new(ended.StatusCode, output, error);
        }
        finally
        {
            await engine.DeleteAsync($"containers/{made.Id}?force=1&v=1", CancellationToken.None);
        }
    }

    /// <summary>Removes the helpers of a ticket that somebody left behind.</summary>
    public async Task ReapAsync(string ticket, CancellationToken cancellation)
    {
        foreach (var left in await engine.GetAsync<List<ContainerEntry>>(
            $"containers/json?all=1&{DockerEngine.Filters("label", $"{DockerLabels.Ticket}={ticket}")}", cancellation))
        {
            await engine.DeleteAsync($"containers/{left.Id}?force=1&v=1", cancellation);
        }
    }
}
