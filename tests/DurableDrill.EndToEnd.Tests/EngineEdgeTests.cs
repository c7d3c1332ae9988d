using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>
/// What goes wrong with containers and their engine in the middle of a drill: it ends errored with the reason, and every other fault is reverted.
/// </summary>
[Trait("Category", "Docker")]
public sealed class EngineEdgeTests : IAsyncLifetime
{
    private const string Image = "durabledrill/nettools:bookworm";
    private const string Lasting = "exec sleep 1000";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string name = "edge-" + Guid.NewGuid().ToString("N")[..8];
    private readonly Drill drill = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await DockerCli.RunAsync("rm", "-f", $"{name}-a", $"{name}-b");
        await drill.RunAsync("revert");
        await drill.DisposeAsync();
        await DockerCli.RunAsync("volume", "rm", "-f", $"durabledrill-hold-{name}");
    }

    [Fact]
    public async Task Image_OfTheHelper_ThatCannotBeHad_EndsTheDrillBeforeAnythingIsInjured()
    {
        await StartAsync(Lasting);
        drill.Environment["DRILL_HELPER_IMAGE"] = "localhost:1/no/such:image";

        var report = await drill.DrillAsync(2, "edge", "--target", Target("{ pause: b, for: 5s }, { crash: a, at: 1s, for: 5s }"));

        Assert.Contains("no/such:image", ReasonsOf(report));
        Assert.Empty(Tickets());
        Assert.Equal("running", await StateAsync("b"));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Container_ThatVanishesBeforeItsFault_EndsTheDrillAndTheOtherFault()
    {
        await StartAsync(Lasting);
        var running = drill.DrillAsync(2, "edge", "--target", Target("{ pause: b, for: 10m }, { kill: a, at: 15s, for: 5s }"));
        await AppliedAsync("pause-b");

        await DockerCli.RunAsync("rm", "-f", $"{name}-a");

        Assert.Contains($"kill-a could not be applied: a: there is no container {name}-a", ReasonsOf(await running));
        Assert.Equal("running", await StateAsync("b"));
        Assert.All(Tickets(), ticket => Assert.Equal("closed", ticket.GetProperty("state").GetString()));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Port_ThatIsTakenMeanwhile_IsTheReason_AndARevertByHandPutsItRight()
    {
        using var thief = new TcpListener(IPAddress.Loopback, 0);
        thief.Start();
        var port = ((IPEndPoint)thief.LocalEndpoint).Port;
        thief.Stop();
        await StartAsync(Lasting, "-p", $"127.0.0.1:{port}:80");
        var running = drill.DrillAsync(2, "edge", "--target", Target("{ pause: b, for: 10s }, { kill: a, for: 10s }"));
        await AppliedAsync("kill-a");

        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();

        Assert.Contains($"{port}", ReasonsOf(await running));
        Assert.Equal("running", await StateAsync("b"));
        taken.Stop();
        (await drill.RunAsync("revert")).Expect(0);
        Assert.Equal("running", await StateAsync("a"));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Engine_ThatIsAwayForAWhile_IsAskedAgainUntilTheFaultIsGone()
    {
        using var relay = new SocketRelay(Path.Combine(drill.Home, "engine.sock"));
        relay.Start();
        await StartAsync(Lasting);
        drill.Environment["DOCKER_HOST"] = relay.Host;
        var running = drill.RunAsync("run", "edge", "--target", Target("{ pause: b, for: 5s }"), "--json");
        await AppliedAsync("pause-b");

        relay.Stop();
        await Task.Delay(TimeSpan.FromSeconds(12));
        Assert.Equal("paused", await StateAsync("b"));
        relay.Start();

        var ended = await running;
        Assert.True(ended.ExitCode is 0 or 1 or 4, ended.Output + ended.Error);
        Assert.Equal("running", await StateAsync("b"));
        Assert.Equal("closed", Ticket("pause-b")!.Value.GetProperty("state").GetString());
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Engine_ThatStaysAway_IsTheReason_AndARevertByHandPutsItRightWhenItIsBack()
    {
        using var relay = new SocketRelay(Path.Combine(drill.Home, "engine.sock"));
        relay.Start();
        await StartAsync(Lasting);
        drill.Environment["DOCKER_HOST"] = relay.Host;
        var running = drill.DrillAsync(2, "edge", "--target", Target("{ pause: b, for: 3s }"));
        await AppliedAsync("pause-b");

        relay.Stop();

        Assert.Contains("engine.sock", ReasonsOf(await running));
        relay.Start();
        (await drill.RunAsync("revert")).Expect(0);
        Assert.Equal("running", await StateAsync("b"));
    }

    [SkippableTheory]
    [InlineData("TERM", 30)]
    [InlineData("KILL", 30)]
    [InlineData("TERM", 5)] // so that they are reverted while it goes down
    [Trait("Category", "Long")]
    public async Task Engine_ThatIsRestartedMidFault_IsTheReason_AndWhatTheDrillInjuredRunsAsBefore(string signal, int held)
    {
        Skip.IfNot(OwnEngine.Possible, "a Docker engine of its own takes root and dockerd");
        await using var engine = await OwnEngine.StartAsync(Path.Combine(drill.Home, "engine"), Image);
        drill.Environment["DOCKER_HOST"] = engine.Host;
        foreach (var (component, restart) in new[] { ("a", "no"), ("b", "no"), ("c", "no"), ("d", "no"), ("e", "always") })
        {
            await engine.RunAsync("run", "-d", "--name", $"{name}-{component}", "--label", $"durabledrill.target={name}", "--restart", restart, Image, "sh", "-c", Lasting);
        }

        var faults = $"{{ kill: a, for: {held}s }}, {{ pause: b, for: {held}s }}, {{ cpu: c, cores: 0.5, for: {held}s }}, {{ partition: e, for: {held}s }}";
        var running = drill.DrillAsync(2, "edge", "--target", Target(faults, "a", "b", "c", "d", "e"));
        // One that ends before that says why.
        await Task.WhenAny(running, Task.WhenAll(new[] { "kill-a", "pause-b", "cpu-c", "partition-e" }.Select(AppliedAsync)));

        await engine.StopAsync(signal);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await engine.StartAsync();

        var reasons = ReasonsOf(await running);
        Assert.Contains($"{engine.Host} was restarted", reasons);
        Assert.Contains($"d ran when the drill began, and does not now: {name}-d is exited", reasons);
        Assert.All(Tickets(), ticket => Assert.Equal("closed", ticket.GetProperty("state").GetString()));
        Assert.Equal(
            "a running 0, b running 0, c running -1, d exited 0, e running 0",
            string.Join(", ", await Task.WhenAll("abcde".Select(async component =>
                $"{component} {(await engine.RunAsync("inspect", "-f", "{{.State.Status}} {{.HostConfig.CpuQuota}}", $"{name}-{component}")).Trim()}"))));
        Assert.Equal("", await engine.RunAsync("ps", "-aq", "--filter", "label=durabledrill.ticket"));
        Assert.Equal("", await engine.RunAsync("volume", "ls", "-q"));
    }

    private async Task StartAsync(string command, params string[] options)
    {
        await DockerCli.RunAsync(["run", "-d", "--name", $"{name}-a", "--label", $"durabledrill.target={name}", .. options, Image, "sh", "-c", command]);
        await DockerCli.RunAsync("run", "-d", "--name", $"{name}-b", "--label", $"durabledrill.target={name}", Image, "sh", "-c", Lasting);
    }

    /// <summary>A target file whose output does not depend on its containers: what is looked at here is what becomes of the faults.</summary>
    private string Target(string faults, params string[] components)
    {
        components = components is [] ? ["a", "b"] : components;
        var file = Path.Combine(drill.Home, "target.yaml");
        File.WriteAllText(file, $$"""
            target: {{name}}
            carrier: docker
            components: { {{string.Join(", ", components.Select(each => $"{each}: {{ container: {name}-{each} }}"))}} }
            signals: { stored: { command: "echo $(( $(date +%s%3N) / 5 ))" } }
            drills:
              edge: { faults: [ {{faults}} ], baseline: 6s, stable_for: 1s, recovery_timeout: 5s, quiet_timeout: 1s }
            """);
        return file;
    }

    private static string ReasonsOf(JsonElement report) => string.Join('\n', report.GetProperty("reasons").EnumerateArray());

    private async Task<string> StateAsync(string component) => (await DockerCli.RunAsync("inspect", "-f", "{{.State.Status}}", $"{name}-{component}")).Trim();

    private IEnumerable<JsonElement> Tickets() => Path.Combine(drill.Home, "tickets") is var folder && Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*.json").Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("ticket"))
        : [];

    private JsonElement? Ticket(string fault) => Tickets()
        .Where(ticket => ticket.GetProperty("id").GetString()!.EndsWith("." + fault, StringComparison.Ordinal)).Select(ticket => (JsonElement?)ticket).FirstOrDefault();

    private async Task AppliedAsync(string fault)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Ticket(fault)?.GetProperty("state").GetString() is null or "open")
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
