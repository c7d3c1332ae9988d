using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>Brings a compose project up and takes it down, with <c>docker compose</c> or <c>docker-compose</c>, whichever is there.</summary>
/// <param name="file">The compose file.</param>
/// <param name="project">The project.</param>
/// <param name="run">The target's folder, which compose files find in <c>DRILL_RUN</c>; what they mount of it runs as <c>DRILL_USER</c>.</param>
/// <param name="time">The clock.</param>
public sealed class ComposeStack(string file, string project, string run, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Builds what is to be built, starts every service and returns when all of them are healthy (or, made to end, have ended well).</summary>
    /// <exception cref="TargetException">compose refused (a taken port, an image that cannot be had), or a service did not become healthy.</exception>
    public async Task UpAsync(DockerEngine engine, IProgress<string> progress, CancellationToken cancellation)
    {
        // Asked first, for its words are better than those of compose.
        await engine.GetAsync<EngineInfo>("info", cancellation);
        progress.Report($"{project}: docker compose up ({file})");
        await ComposeAsync(["up", "--detach", "--build"], progress, cancellation);
        var started = time.GetTimestamp();
        var told = "";
        while (true)
        {
            var waiting = await WaitingAsync(engine, cancellation);
            if (waiting.Count == 0)
            {
                progress.Report($"{project}: every service is healthy after {time.GetElapsedTime(started).TotalSeconds:0} s");
                return;
            }

            var now = string.Join(", ", waiting);
            if (now != told)
            {
                progress.Report($"{project}: waiting for {now}");
                told = now;
            }

            if (time.GetElapsedTime(started) > Patience)
            {
                throw new TargetException($"{project}: not healthy within {Patience.TotalMinutes:0} minutes: {now}");
            }

            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    /// <summary>The names of the project's containers, those that have ended too, and the folder that they were brought up from; null: they do not say.</summary>
    public async Task<(IReadOnlyList<string> Names, string? From)> ContainersAsync(DockerEngine engine, CancellationToken cancellation)
    {
        var entries = await EntriesAsync(engine, cancellation);
        return (
            [.. entries.Select(entry => entry.Names is [var name, ..] ? name.TrimStart('/') : entry.Id[..12]).Order(StringComparer.Ordinal)],
            entries.Select(entry => entry.Labels?.GetValueOrDefault(DockerLabels.Run)).FirstOrDefault(from => from is { Length: > 0 }));
    }

    /// <summary>Removes the project's containers, networks and volumes.</summary>
    /// <exception cref="TargetException">compose refused.</exception>
    public Task DownAsync(IProgress<string> progress, CancellationToken cancellation)
    {
        progress.Report($"{project}: docker compose down");
        return ComposeAsync(["down", "--volumes", "--remove-orphans", "--timeout", "5"], progress, cancellation);
    }

    private Task<List<ContainerEntry>> EntriesAsync(DockerEngine engine, CancellationToken cancellation) => engine.GetAsync<List<ContainerEntry>>(
        "containers/json?all=1&" + DockerEngine.Filters("label", $"{DockerLabels.ComposeProject}={project}"), cancellation);

    private async Task<List<string>> WaitingAsync(DockerEngine engine, CancellationToken cancellation)
    {
        var waiting = new List<string>();
        foreach (var entry in await EntriesAsync(engine, cancellation))
        {
            if (await engine.FindAsync<Container>($"containers/{entry.Id}/json", cancellation) is not { } container)
            {
                continue;
            }

            var service = container.Config.Labels?.GetValueOrDefault(DockerLabels.ComposeService) ?? container.ShortName;
            var done = container.State is { Running: false, Status: "exited", ExitCode: 0 };
            var well = container.State.Alive && container.State.Health?.Status is null or "healthy" or "none";
            if (!done && !well)
            {
                waiting.Add($"{service} ({container.State.Health?.Status ?? container.State.Status})");
            }

            if (container.State is { Status: "exited", ExitCode: not 0 } && container.HostConfig.RestartPolicy?.Name is null or "" or "no")
            {
                var (output, error) = ContainerOutput.Parse(
                    await engine.ReadBytesAsync(HttpMethod.Get, $"containers/{container.Id}/logs?stdout=1&stderr=1&tail=15", null, cancellation));
                throw new TargetException($"{project}: {service} ended with {container.State.ExitCode}: {error}{output}".TrimEnd());
            }
        }

        return waiting;
    }

    private async Task ComposeAsync(IReadOnlyList<string> arguments, IProgress<string> progress, CancellationToken cancellation)
    {
        var command = await ProgramAsync(cancellation);
        var (code, words) = await RunAsync([.. command, "--project-name", project, "--file", file, .. arguments], progress, cancellation);
        if (code != 0)
        {
            throw new TargetException($"{string.Join(' ', command)} {arguments[0]} of {file} ended with {code}:\n{words}");
        }
    }

    private async Task<IReadOnlyList<string>> ProgramAsync(CancellationToken cancellation)
    {
        foreach (var program in (string[][])[["docker", "compose"], ["docker-compose"]])
        {
            try
            {
                if ((await RunAsync([.. program, "version"], null, cancellation)).Code == 0)
                {
                    return program;
                }
            }
            catch (Win32Exception)
            {
                // It is not there: the next one.
            }
        }

        throw new TargetException("neither 'docker compose' nor 'docker-compose' is here: install Docker Compose");
    }

    // What a container leaves in a mounted folder shall be ours to remove.
    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint UserId();

    [DllImport("libc", EntryPoint = "getegid")]
    private static extern uint GroupId();

    private async Task<(int Code, string Words)> RunAsync(IReadOnlyList<string> command, IProgress<string>? progress, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DRILL_RUN"] = run;
        start.Environment["DRILL_USER"] = $"{UserId()}:{GroupId()}";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var last = new Queue<string>();
        try
        {
            await Task.WhenAll(HearAsync(process.StandardOutput), HearAsync(process.StandardError));
            await process.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return (process.ExitCode, string.Join('\n', last));

        async Task HearAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                lock (last)
                {
                    last.Enqueue(line);
                    if (last.Count > 20)
                    {
                        last.Dequeue();
                    }
                }

                if (line.EndsWith("done", StringComparison.Ordinal) || line.EndsWith("Started", StringComparison.Ordinal))
                {
                    progress?.Report($"  {line.Trim()}");
                }
            }
        }
    }
}
