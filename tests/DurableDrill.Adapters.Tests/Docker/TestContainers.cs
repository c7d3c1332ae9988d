using System.Text.Json;
using DurableDrill.Adapters.Commands;
using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Docker;

/// <summary>Two containers on a network of their own, one of which serves a page to the other; nothing of them is left when the test ends.</summary>
internal sealed class TestContainers : IAsyncDisposable
{
    public const string Data = "/data";
    private const string Image = EngineHelper.DefaultImage;

    private readonly string name = "drilltest-" + Guid.NewGuid().ToString("N")[..8];
    private readonly RunFolder folder;

    private TestContainers()
    {
        folder = new(Path.Combine(Path.GetTempPath(), name));
        Definition = new()
        {
            Target = name,
            Carrier = "docker",
            Components = new Dictionary<string, ComponentDefinition> { ["a"] = new() { Container = $"{name}-a" }, ["b"] = new() { Container = $"{name}-b" } },
        };
        Target = NewTarget(Definition);
        Components = new(Engine, Definition);
    }

    public DockerEngine Engine { get; } = DockerEngine.FromEnvironment();

    public TargetDefinition Definition { get; }

    public DockerTarget Target { get; }

    public DockerComponents Components { get; }

    public DockerPipeline Pipeline => new(folder, TimeProvider.System);

    public DockerTarget NewTarget(TargetDefinition definition) => new(folder, definition, DockerEngine.FromEnvironment(), TimeProvider.System);

    /// <summary>Starts both.</summary>
    /// <param name="restart">The restart policy of "a".</param>
    /// <param name="label">Whether they bear the opt-in.</param>
    /// <param name="command">What "a" does; null: it serves a page.</param>
    /// <param name="healthcheck">A command that says whether "a" is healthy; null: none.</param>
    public static async Task<TestContainers> StartAsync(string restart = "no", bool label = true, string? command = null, string? healthcheck = null)
    {
        var containers = new TestContainers();
        await containers.Engine.PostAsync<Created>("networks/create", new { Name = containers.name }, CancellationToken.None);
        await containers.RunAsync("a", command ?? $"mkdir -p {Data}/state /own; echo old > {Data}/state/file; cd {Data}; exec python3 -m http.server 8000", restart, label, healthcheck);
        await containers.RunAsync("b", "exec sleep 1000", "no", label);
        await containers.Pipeline.RegisterAsync("", containers.Definition, CancellationToken.None);
        for (var tries = 0; command is null && !await containers.ReachesAsync(); tries++)
        {
            Assert.True(tries < 100, "a does not serve");
            await Task.Delay(100);
        }

        return containers;
    }

    /// <summary>Whether b gets the page of a.</summary>
    public async Task<bool> ReachesAsync() => (await Components.ExecAsync("b", $"curl -s -m 1 -o /dev/null http://{name}-a:8000/", CancellationToken.None)).ExitCode == 0;

    public Task<CommandResult> ExecAsync(string component, string command) => Components.ExecAsync(component, command, CancellationToken.None);

    public Task<Container> LookAsync(string component = "a") => Components.RequireAsync(component, CancellationToken.None);

    /// <summary>Everything that a fault may have changed: containers with their state, limits and networks; networks; volumes; packet filters; files.</summary>
    public async Task<string> SnapshotAsync()
    {
        var seen = new List<object>();
        foreach (var component in (string[])["a", "b"])
        {
            var container = await LookAsync(component);
            var limits = container.HostConfig;
            seen.Add(new
            {
                container.Id,
                container.State.Status,
                Cpu = limits.NanoCpus > 0 ? limits.NanoCpus : limits.CpuQuota > 0 ? limits.CpuQuota : 0,
                limits.RestartPolicy,
                container.NetworkSettings,
                Kernel = await CgroupAsync(component),
                Rules = (await new EngineHelper(Engine).RunAsync(
                    "test", "for t in iptables ip6tables; do nsenter -t $PID -n $t -S; done; nsenter -t $PID -n tc qdisc show", [$"PID={container.State.Pid}"], [], CancellationToken.None)).Split('\n'),
                Files = (await ExecAsync(component, $"ls -d {Data}/* /own/*")).Output,
            });
        }

        seen.Add((await Engine.GetAsync<List<ContainerEntry>>($"containers/json?all=1&{DockerEngine.Filters("label", DockerLabels.Ticket)}", CancellationToken.None))
            .Where(each => each.Labels![DockerLabels.Ticket].StartsWith(name, StringComparison.Ordinal)).Select(each => each.Id));
        return JsonSerializer.Serialize(seen, DrillJson.Indented);
    }

    public async Task<FaultTicket> TicketAsync(Fault fault, string id = "fault")
    {
        var now = DateTimeOffset.UtcNow;
        var ticket = new FaultTicket($"{name}.{id}", name, name, fault, now, now.AddSeconds(60), now.AddSeconds(120));
        return ticket with { Undo = await Target.PrepareAsync(ticket, CancellationToken.None) };
    }

    public Task ApplyAsync(FaultTicket ticket) => Target.ApplyAsync(ticket, CancellationToken.None);

    public Task RevertAsync(FaultTicket ticket) => Target.RevertAsync(ticket, CancellationToken.None);

    public Task<FaultPresence> VerifyAsync(FaultTicket ticket) => Target.VerifyAsync(ticket, CancellationToken.None);

    public Task<IReadOnlyList<Finding>> CheckAsync(params Fault[] faults) => Target.CheckAsync(faults, CancellationToken.None);

    public async Task RemoveAsync(string component) => await Engine.DeleteAsync($"containers/{name}-{component}?force=1&v=1", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var component in (string[])["a", "b"])
        {
            await RemoveAsync(component);
        }

        await Engine.DeleteAsync($"networks/{name}", CancellationToken.None);
        await Engine.DeleteAsync($"volumes/{name}", CancellationToken.None);
        await Engine.DeleteAsync($"volumes/durabledrill-hold-{name}", CancellationToken.None);
        await Target.DisposeAsync();
        Engine.Dispose();
        Directory.Delete(folder.Path, recursive: true);
    }

    /// <summary>The limits as the kernel has them, seen from the container.</summary>
    private async Task<string> CgroupAsync(string component) => (await ExecAsync(component,
        "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu.max /sys/fs/cgroup/memory.max 2>/dev/null")).Output;

    private async Task RunAsync(string component, string command, string restart, bool label, string? healthcheck = null)
    {
        var made = await Engine.PostAsync<Created>($"containers/create?name={name}-{component}", new
        {
            Image,
            Cmd = (string[])["sh", "-c", command],
            Labels = label ? new Dictionary<string, string> { [DockerLabels.Target] = name } : [],
            Healthcheck = healthcheck is null ? null : new { Test = (string[])["CMD-SHELL", healthcheck], Interval = 500_000_000, Timeout = 2_000_000_000, Retries = 2 },
            HostConfig = new
            {
                Init = true,
                NetworkMode = name,
                RestartPolicy = new { Name = restart },
                Binds = component == "a" ? (string[])[$"{name}:{Data}"] : [],
            },
        }, CancellationToken.None);
        await Engine.PostAsync($"containers/{made.Id}/start", null, CancellationToken.None);
    }
}
