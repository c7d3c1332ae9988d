using System.Net;
using System.Net.Sockets;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Processes;

[Trait("Category", "Integration")]
public sealed class ProcessPipelineTests
{
    [Fact]
    public async Task Up_WithAnOrder_StartsEachWhenThoseBeforeItAreHealthy()
    {
        await using var run = new TestRun();
        var port = FreePort();
        var state = await run.UpAsync(
            ("late", TestRun.Script("test -e ready || exit 1; sleep 1000", "server")),
            ("server", new()
            {
                Run = ["sh", "-c", $"sleep 0.5; touch ready; exec python3 -m http.server --bind 127.0.0.1 {port}"],
                Healthy = new("http", $"http://127.0.0.1:{port}/", new Dictionary<string, string>()),
            }));

        Assert.Equal(RunPhase.Up, state.Phase);
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("late")).Status);
        Assert.True(run.Said.ToList().FindIndex(line => line.StartsWith("server: healthy", StringComparison.Ordinal))
            < run.Said.ToList().IndexOf("late: starting"));
    }

    [Fact]
    public async Task Up_Again_AdoptsWhatRunsAndStartsWhatDoesNot()
    {
        await using var run = new TestRun();
        var request = TestRun.Request(("a", TestRun.Sleeper), ("b", TestRun.Sleeper));
        await run.UpAsync(request);
        var a = await run.PidOfAsync("a");
        System.Diagnostics.Process.GetProcessById(await run.PidOfAsync("b")).Kill();
        await Task.Delay(100);

        await run.UpAsync(request);

        Assert.Equal(a, await run.PidOfAsync("a"));
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("b")).Status);
    }

    [Fact]
    public async Task Up_WithOtherSettings_IsRefusedAndTouchesNothing()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var before = await run.StateOfAsync("a");

        await Assert.ThrowsAsync<TargetException>(() => run.UpAsync(("a", new() { Run = ["sleep", "2000"] })));

        Assert.Equal(before, await run.StateOfAsync("a"));
    }

    [Fact]
    public async Task Up_WithAComponentThatDiesAtStart_ShowsItsLogAndLeavesNothing()
    {
        await using var run = new TestRun();

        var error = await Assert.ThrowsAsync<TargetException>(() => run.UpAsync(
            ("good", TestRun.Sleeper), ("bad", TestRun.Script("echo the disk is full; exit 3", "good"))));

        Assert.StartsWith("bad: ended by itself", error.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", error.Message);
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Up_WithAProgramThatIsNotThere_NamesItAndLeavesNothing()
    {
        await using var run = new TestRun();

        var error = await Assert.ThrowsAsync<TargetException>(() => run.UpAsync(("bad", new() { Run = ["no-such-program"] })));

        Assert.Contains("no-such-program", error.Message);
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Up_WithAComponentThatNeverGetsHealthy_SaysWhatWasSeen()
    {
        await using var run = new TestRun();
        var address = $"127.0.0.1:{FreePort()}";
        var request = TestRun.Request(("a", TestRun.Sleeper with { Healthy = new("tcp", address, new Dictionary<string, string>()) }));

        var error = await Assert.ThrowsAsync<TargetException>(
            () => run.UpAsync(request with { HealthTimeout = TimeSpan.FromSeconds(0.5) }));

        Assert.Contains($"not healthy within", error.Message);
        Assert.Contains(address, error.Message);
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Up_WithATakenPort_NamesIt()
    {
        await using var run = new TestRun();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var wanted = await Assert.ThrowsAsync<TargetException>(() => run.UpAsync(TestRun.Request(("a", TestRun.Sleeper)) with
        {
            Ports = ["kafka"],
            WantedPorts = new Dictionary<string, int> { ["kafka"] = port },
        }));
        Assert.Contains($"port {port} on 127.0.0.1, wanted for 'kafka'", wanted.Message);

        var address = $"127.0.0.1:{port}";
        var written = await Assert.ThrowsAsync<TargetException>(() => run.UpAsync(
            ("a", TestRun.Sleeper with { Healthy = new("tcp", address, new Dictionary<string, string>()) })));
        Assert.Contains($"{address} is taken already", written.Message);
        Assert.DoesNotContain("End of", written.Message);
    }

    [Fact]
    public async Task Down_TakesEverythingAlsoWhatIsFrozenOrRanAway()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Script("setsid sleep 1000 & sleep 1000")), ("b", TestRun.Sleeper));
        await run.ApplyAsync(await run.TicketAsync(new Pause("b")));

        await run.DownAsync();

        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Down_WhileADrillHoldsIt_IsRefusedUnlessForced()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        await run.Target.HoldAsync(new("drill-1", "laptop", DateTimeOffset.UtcNow.AddMinutes(1)), CancellationToken.None);

        var error = await Assert.ThrowsAsync<TargetException>(() => run.DownAsync());

        Assert.Contains("drill-1", error.Message);
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("a")).Status);
        await run.DownAsync(force: true);
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Revert_OfARunThatWasTakenDown_StartsNothing()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var ticket = await run.TicketAsync(new Kill("a"));
        await run.ApplyAsync(ticket);
        await run.DownAsync();

        await run.RevertAsync(ticket);

        Assert.Equal(FaultPresence.TargetGone, await run.VerifyAsync(ticket));
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task Members_WithAPidThatWasUsedAgain_AreNotTheStranger()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        using var stranger = System.Diagnostics.Process.Start("sleep", "1000");
        var state = await run.Folder.UpdateAsync(current => current with
        {
            Processes = new Dictionary<string, ComponentProcess>
            {
                ["a"] = current.Processes["a"] with { Process = current.Processes["a"].Process with { Pid = stranger.Id } },
            },
        }, CancellationToken.None);

        Assert.Null(ComponentRunner.Leader(state, "a"));
        Assert.DoesNotContain(ComponentRunner.Members(state, "a"), member => member.Pid == stranger.Id);
        await run.ApplyAsync(await run.TicketAsync(new Kill("a")));
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    private static async Task AssertNothingIsLeftAsync(TestRun run)
    {
        var state = await run.Folder.RequireAsync(CancellationToken.None);
        Assert.Equal(RunPhase.Down, state.Phase);
        Assert.Empty(RunProcesses.Find(state.Run));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
