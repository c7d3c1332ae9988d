using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Docker;

/// <summary>Every fault on real containers: it takes hold, also when it is applied twice, and when it is reverted all is as it was.</summary>
[Trait("Category", "Docker")]
public sealed class DockerFaultTests
{
    [Fact]
    public async Task Stop_And_Kill_OfOneComponent_HoldItDownUntilBothAreReverted()
    {
        await using var docker = await TestContainers.StartAsync(restart: "always");
        var before = await docker.SnapshotAsync();
        var stop = await docker.TicketAsync(new Stop("a"), "stop");
        var kill = await docker.TicketAsync(new Kill("a"), "kill");

        await docker.ApplyAsync(stop);
        await docker.ApplyAsync(stop);
        await docker.ApplyAsync(kill);
        Assert.False((await docker.LookAsync()).State.Running);
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(stop));

        await docker.RevertAsync(stop);
        Assert.False((await docker.LookAsync()).State.Running);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(stop));

        await docker.RevertAsync(kill);
        await docker.RevertAsync(kill);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(kill));
        await Assert.ThrowsAsync<TargetException>(() => docker.ApplyAsync(kill));
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Fact]
    public async Task Crash_OfOneWithARestartPolicy_IsAnsweredByTheEngine()
    {
        await using var docker = await TestContainers.StartAsync(restart: "always");
        var warning = Assert.Single(await docker.CheckAsync(new Crash("a")));
        Assert.Contains("self-healed", warning.Message);
        var ticket = await docker.TicketAsync(new Crash("a"));
        var first = await docker.LookAsync();

        await docker.ApplyAsync(ticket);
        await docker.ApplyAsync(ticket);

        await UntilAsync(async () => await docker.LookAsync() is { State: { Running: true, Restarting: false } } now && now.Identity != first.Identity);
        var healed = await docker.LookAsync();
        Assert.Equal(1, healed.RestartCount);
        await docker.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(ticket));
        Assert.Equal(healed.Identity, (await docker.LookAsync()).Identity);
    }

    [Fact]
    public async Task Crash_OfOneWithoutAPolicy_IsStartedByTheRevert()
    {
        await using var docker = await TestContainers.StartAsync();
        var before = await docker.SnapshotAsync();
        var ticket = await docker.TicketAsync(new Crash("a"));

        await docker.ApplyAsync(ticket);
        Assert.False((await docker.LookAsync()).State.Running);
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(ticket));
        await docker.RevertAsync(ticket);

        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(ticket));
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Fact]
    public async Task Restart_And_Pause_TakeHoldAndGo()
    {
        await using var docker = await TestContainers.StartAsync();
        var before = await docker.SnapshotAsync();
        var first = (await docker.LookAsync()).Identity;
        var restart = await docker.TicketAsync(new Restart("a"), "restart");
        await docker.ApplyAsync(restart);
        var second = (await docker.LookAsync()).Identity;
        await docker.ApplyAsync(restart);
        Assert.NotEqual(first, second);
        Assert.Equal(second, (await docker.LookAsync()).Identity);

        var pause = await docker.TicketAsync(new Pause("a"), "pause");
        await docker.ApplyAsync(pause);
        await docker.ApplyAsync(pause);
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(pause));
        Assert.Equal(ComponentStatus.Paused, (await docker.Target.InspectAsync(CancellationToken.None))[0].Status);
        Assert.False(await docker.ReachesAsync());

        await docker.RevertAsync(pause);
        await docker.RevertAsync(pause);
        await docker.RevertAsync(restart);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(pause));
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Fact]
    public async Task Pause_WhoseContainerWasEndedMeanwhile_LeavesItRunning()
    {
        await using var docker = await TestContainers.StartAsync();
        var pause = await docker.TicketAsync(new Pause("a"));
        await docker.ApplyAsync(pause);

        await docker.Engine.PostAsync($"containers/{(await docker.LookAsync()).Id}/kill", null, CancellationToken.None);
        await docker.RevertAsync(pause);

        Assert.True((await docker.LookAsync()).State is { Alive: true, Paused: false });
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(pause));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", null)]
    public async Task Partition_StopsWhatPassesAndNothingElse(string component, string? peer)
    {
        await using var docker = await TestContainers.StartAsync();
        var before = await docker.SnapshotAsync();
        Assert.DoesNotContain(await docker.CheckAsync(new Partition(component, peer)), finding => finding.Severity == Severity.Error);
        var ticket = await docker.TicketAsync(new Partition(component, peer));

        await docker.ApplyAsync(ticket);
        await docker.ApplyAsync(ticket);
        Assert.False(await docker.ReachesAsync());
        Assert.Equal(0, (await docker.ExecAsync("a", "curl -s -m 1 -o /dev/null http://127.0.0.1:8000/")).ExitCode);
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(ticket));

        await docker.RevertAsync(ticket);
        await docker.RevertAsync(ticket);
        Assert.True(await docker.ReachesAsync());
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(ticket));
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Fact]
    public async Task Loss_And_Bandwidth_LieSideBySideAndGoAlone()
    {
        await using var docker = await TestContainers.StartAsync();
        await docker.ExecAsync("a", "head -c 1000000 /dev/zero > /data/state/big");
        var before = await docker.SnapshotAsync();
        var loss = await docker.TicketAsync(new Loss("a", "b", 50), "loss");
        var narrow = await docker.TicketAsync(new Bandwidth("a", null, 200_000), "narrow");

        await docker.ApplyAsync(loss);
        await docker.ApplyAsync(narrow);
        var ping = await docker.ExecAsync("b", $"ping -q -i 0.02 -c 200 -w 8 {docker.Definition.Components["a"].Container}");
        Assert.Matches(" (5|6|7|8)[0-9](\\.[0-9]+)?% packet loss", ping.Output); // half of each direction: three quarters of the answers
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(loss));

        await docker.RevertAsync(loss);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(loss));
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(narrow));
        Assert.True(await SecondsAsync(docker) > 2);

        await docker.RevertAsync(narrow);
        Assert.True(await SecondsAsync(docker) < 2);
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Fact]
    public async Task Latency_WhereTheKernelCannot_IsRefusedWithTheReason()
    {
        await using var docker = await TestContainers.StartAsync();
        var slow = new Latency("a", null, TimeSpan.FromMilliseconds(300), TimeSpan.Zero);
        var refused = (await docker.CheckAsync(slow)).FirstOrDefault(finding => finding.Severity == Severity.Error);
        if (refused is not null)
        {
            Assert.Contains("netem", refused.Message);
            return;
        }

        var before = await docker.SnapshotAsync();
        var ticket = await docker.TicketAsync(slow);
        await docker.ApplyAsync(ticket);
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(ticket));
        Assert.True(await SecondsAsync(docker) > 0.3);
        await docker.RevertAsync(ticket);
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Fact]
    public async Task Cpu_And_Memory_NarrowTheLimitsAndSetThemBack()
    {
        await using var docker = await TestContainers.StartAsync();
        var before = await docker.SnapshotAsync();
        var cpu = await docker.TicketAsync(new Cpu("a", 0.25), "cpu");
        var memory = await docker.TicketAsync(new Memory("a", 100 << 20), "memory");

        await docker.ApplyAsync(cpu);
        await docker.ApplyAsync(cpu);
        await docker.ApplyAsync(memory);
        var limits = (await docker.LookAsync()).HostConfig;
        Assert.Equal((25_000, 100 << 20), (limits.CpuQuota, limits.Memory));
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(cpu));
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(memory));
        await Assert.ThrowsAsync<TargetException>(() => docker.TicketAsync(new Cpu("a", 0.1), "second"));

        await docker.RevertAsync(cpu);
        await docker.RevertAsync(memory);
        await docker.RevertAsync(memory);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(cpu));
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(memory));
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Theory]
    [InlineData("/data/state")]
    [InlineData("/own")]
    public async Task DiskFill_HasItsSizeAndGoes_AlsoWhenTheComponentIsDown(string path)
    {
        await using var docker = await TestContainers.StartAsync();
        var before = await docker.SnapshotAsync();
        var ticket = await docker.TicketAsync(new DiskFill("a", path, 5_000_000));

        await docker.ApplyAsync(ticket);
        await docker.ApplyAsync(ticket);
        Assert.Equal("5000000", (await docker.ExecAsync("a", $"stat -c %s {path}/drill-fill-*")).Output.Trim());
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(ticket));

        await docker.Engine.PostAsync($"containers/{(await docker.LookAsync()).Id}/kill", null, CancellationToken.None);
        await docker.RevertAsync(ticket);
        await docker.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(ticket));
        Assert.NotEqual(0, (await docker.ExecAsync("a", $"ls {path}/drill-fill-*")).ExitCode);
        Assert.Equal(before, await docker.SnapshotAsync());
    }

    [Theory]
    [InlineData("/data/state", "/data/state.lost-*/file")]
    [InlineData("/data", null)]
    [InlineData("/own", "/own.lost-*/file")]
    public async Task StateLoss_MovesTheStateAsideAndTheRevertLeavesTheNewOne(string path, string? aside)
    {
        await using var docker = await TestContainers.StartAsync();
        await docker.ExecAsync("a", "echo old > /own/file; echo mine > /data/state/mark; echo mine > /own/mark");
        var ticket = await docker.TicketAsync(new StateLoss("a", path));

        await docker.ApplyAsync(ticket);
        await docker.ApplyAsync(ticket);
        Assert.False((await docker.LookAsync()).State.Running);
        Assert.Equal(FaultPresence.Present, await docker.VerifyAsync(ticket));

        await docker.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(ticket));
        Assert.NotEqual(0, (await docker.ExecAsync("a", $"find {path} -name mark | grep mark")).ExitCode);
        if (aside is not null)
        {
            Assert.Equal("old", (await docker.ExecAsync("a", $"cat {aside}")).Output.Trim());
        }
    }

    private static async Task<double> SecondsAsync(TestContainers docker)
    {
        var page = await docker.ExecAsync("b", $"curl -s -o /dev/null -m 20 -w '%{{time_total}}' http://{docker.Definition.Components["a"].Container}:8000/state/big");
        return double.Parse(page.Output, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 100, "it did not come true within 10 s");
            await Task.Delay(100);
        }
    }
}
