using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Sources;
using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.SelfHealing;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Docker;

/// <summary>What guards a target in containers, and what goes wrong with them.</summary>
[Trait("Category", "Docker")]
public sealed class DockerTargetTests
{
    [Fact]
    public async Task Check_OfManyMistakes_TellsThemAll()
    {
        await using var docker = await TestContainers.StartAsync();

        var findings = await docker.CheckAsync(new Kill("nobody"), new DiskFill("a", "/no/such", 1), new StateLoss("a", "/"), new Cpu("a", 0.001), new Stop("b"));

        Assert.Equal(
            ["faults[0].component", "faults[1].path", "faults[2].path", "faults[3].cores"],
            findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.Path));
    }

    [Fact]
    public async Task Unlabelled_IsNotTouched_UnlessTheTargetFileSaysSo()
    {
        await using var docker = await TestContainers.StartAsync(label: false);

        var finding = Assert.Single(await docker.CheckAsync(new Stop("a")));
        Assert.Contains(DockerLabels.Target, finding.Message);
        await Assert.ThrowsAsync<TargetException>(() => docker.TicketAsync(new Stop("a")));
        await using var allowed = docker.NewTarget(docker.Definition with { AllowUnlabelled = true });
        Assert.Empty(await allowed.CheckAsync([new Stop("a")], CancellationToken.None));
    }

    [Fact]
    public async Task Hold_ByTwo_GoesToOneUntilItEndsOrExpires()
    {
        await using var docker = await TestContainers.StartAsync();
        var now = DateTimeOffset.UtcNow;
        var wanted = Enumerable.Range(0, 8).Select(number => new Hold($"drill-{number}", "here", now.AddMinutes(1)));

        var holders = await Task.WhenAll(wanted.Select(hold => docker.Target.HoldAsync(hold, CancellationToken.None)));

        var holder = Assert.Single(holders.DistinctBy(hold => hold.Owner));
        var other = new Hold("other", "there", now.AddMinutes(1));
        await docker.Target.ReleaseAsync("other", CancellationToken.None);
        Assert.Equal(holder, await docker.Target.HoldAsync(other, CancellationToken.None));
        await docker.Target.HoldAsync(holder with { Until = DateTimeOffset.UtcNow }, CancellationToken.None);
        Assert.Equal(other, await docker.Target.HoldAsync(other, CancellationToken.None));
        await docker.Target.ReleaseAsync("other", CancellationToken.None);
        Assert.Null(await docker.Target.HolderAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Up_WhileADrillHoldsTheTarget_IsRefused()
    {
        await using var docker = await TestContainers.StartAsync();
        await docker.Target.HoldAsync(new("other", "there", DateTimeOffset.UtcNow.AddMinutes(1)), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<TargetException>(() =>
            docker.Pipeline.UpAsync("", docker.Definition with { Compose = "nowhere.yaml" }, new Progress<string>(), CancellationToken.None));

        Assert.Contains("other on there holds", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_OfWhatHasVanished_IsSuccess()
    {
        await using var docker = await TestContainers.StartAsync();
        var cut = await docker.TicketAsync(new Partition("a", "b"), "cut");
        var stop = await docker.TicketAsync(new Stop("a"), "stop");
        await docker.ApplyAsync(cut);
        await docker.ApplyAsync(stop);
        await docker.RemoveAsync("a");

        await docker.RevertAsync(cut);
        await docker.RevertAsync(stop);

        Assert.Equal(FaultPresence.TargetGone, await docker.VerifyAsync(cut));
        Assert.Equal(FaultPresence.TargetGone, await docker.VerifyAsync(stop));
        Assert.Equal(ComponentStatus.Missing, (await docker.Target.InspectAsync(CancellationToken.None))[0].Status);
        Assert.Contains("there is no container", (await Assert.ThrowsAsync<TargetException>(() => docker.ApplyAsync(cut))).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)] // as a server does that finds its data broken; whoever looks later must hear of it too
    public async Task Revert_OfOneThatWillNotStartAgain_SaysWhatItsLastWordsWere(int secondsOfItsSecondLife)
    {
        await using var docker = await TestContainers.StartAsync(
            command: $"test ! -e /started || {{ sleep {secondsOfItsSecondLife}; echo no second life; exit 3; }}; touch /started; exec sleep 1000");
        var ticket = await docker.TicketAsync(new Kill("a"));
        await docker.ApplyAsync(ticket);

        await docker.RevertAsync(ticket);
        while ((await docker.LookAsync()).State.Alive)
        {
            await Task.Delay(100);
        }

        var error = await Assert.ThrowsAsync<TargetException>(() => docker.VerifyAsync(ticket));

        Assert.Contains("no second life", error.Message);
        Assert.Contains("exit code 3", error.Message);
    }

    [Fact]
    public async Task Restart_OfOneThatIsDown_StartsItUnlessADrillHoldsItOrItIsAnotherByNow()
    {
        await using var docker = await TestContainers.StartAsync();
        var first = (await docker.LookAsync()).Identity;
        var ticket = await docker.TicketAsync(new Kill("a"));
        await docker.ApplyAsync(ticket);

        Assert.Equal(RestartOutcome.Held, await RestartAsync(first));
        Assert.Equal(RestartOutcome.Changed, await RestartAsync("other", ticket.Id));
        Assert.Equal(RestartOutcome.Restarted, await RestartAsync(first, ticket.Id));
        var healed = (await docker.LookAsync()).Identity;
        Assert.NotEqual(first, healed);
        await docker.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await docker.VerifyAsync(ticket));
        Assert.Equal(healed, (await docker.LookAsync()).Identity);

        Assert.Equal(RestartOutcome.Restarted, await RestartAsync(healed));
        Assert.NotEqual(healed, (await docker.LookAsync()).Identity);
        await docker.RemoveAsync("a");
        Assert.Contains("there is no container", (await Assert.ThrowsAsync<TargetException>(() => RestartAsync(healed))).Message);

        Task<RestartOutcome> RestartAsync(string seen, params string[] despite) => docker.Target.RestartAsync("a", seen, despite, CancellationToken.None);
    }

    [Fact]
    public async Task Inspect_OfOneWithAHealthCheckOfItsOwn_TellsWhatThatSays()
    {
        await using var docker = await TestContainers.StartAsync(command: "exec sleep 1000", healthcheck: "test ! -e /ill");
        await UntilAsync(true);
        await docker.ExecAsync("a", "touch /ill");

        var state = await UntilAsync(false);

        Assert.Equal(ComponentStatus.Running, state.Status);
        Assert.Null((await docker.Target.InspectAsync(CancellationToken.None))[1].Healthy);

        async Task<ComponentState> UntilAsync(bool healthy)
        {
            for (var tries = 0; ; tries++)
            {
                var state = (await docker.Target.InspectAsync(CancellationToken.None))[0];
                if (state.Healthy == healthy)
                {
                    return state;
                }

                Assert.True(tries < 300, $"it never was: {state.Detail}");
                await Task.Delay(100);
            }
        }
    }

    [Fact]
    public async Task Probes_OfAContainer_ReadWhatTheEngineKnows()
    {
        await using var docker = await TestContainers.StartAsync(restart: "always");
        await docker.ExecAsync("a", "head -c 3000000 /dev/zero > /data/state/big");
        var host = new ProbeHost(new(), TimeProvider.System, Docker: docker.Components);

        Assert.Equal(0, await ReadAsync("container", "a", ("value", "restarts")));
        Assert.Equal(0, await ReadAsync("container", "a", ("value", "oom_killed")));
        Assert.InRange(await ReadAsync("disk", "a", ("path", "/data/state")), 2_900_000, 3_200_000);
        Assert.Equal(42, await ReadAsync("command", "echo $((6 * 7))", ("in", "a")));
        Assert.Contains("health check", (await Assert.ThrowsAsync<ProbeException>(() => ReadAsync("container", "a", ("value", "healthy")))).Message);
        Assert.Contains("ended with 7", (await Assert.ThrowsAsync<ProbeException>(() => ReadAsync("command", "exit 7", ("in", "a")))).Message);
        Assert.Contains("no component", (await Assert.ThrowsAsync<ProbeException>(() => ReadAsync("disk", "c", ("path", "/")))).Message);

        async Task<double> ReadAsync(string kind, string address, (string Key, string Value) option)
        {
            await using var probe = Probes.Create(new(kind, address, new Dictionary<string, string> { [option.Key] = option.Value }), "signals.x", host);
            return (await probe.ReadAsync(CancellationToken.None)).Value;
        }
    }

    [Fact]
    public async Task Disk_OfAContainer_IsCountedEveryTwoSecondsAndNoOftener()
    {
        await using var docker = await TestContainers.StartAsync();
        var time = new MovedTime();
        await using var probe = Probes.Create(
            new("disk", "a", new Dictionary<string, string> { ["path"] = "/data/state" }), "signals.x", new(new(), time, Docker: docker.Components));

        var first = await probe.ReadAsync(CancellationToken.None);
        await docker.ExecAsync("a", "head -c 3000000 /dev/zero > /data/state/big");
        Assert.Equal(first, await probe.ReadAsync(CancellationToken.None));
        time.Now = TimeSpan.FromSeconds(2);
        Assert.InRange((await probe.ReadAsync(CancellationToken.None)).Value - first.Value, 2_900_000, 3_200_000);
    }

    [Fact]
    public async Task Ids_ThatContainersPrint_AreRead()
    {
        await using var docker = await TestContainers.StartAsync(command: "for i in 1 2 3; do echo order e-$i stored; echo trouble e-$i >&2; done; exec sleep 1000");
        var host = new IdSourceHost(_ => "", Docker: docker.Components);

        Assert.Equal(["e-1", "e-2", "e-3"], await ReadAsync("log", "a", ("match", "order (e-[0-9]+) stored")));
        Assert.Equal(200_000, (await ReadAsync("command", "seq 1 200000", ("in", "b"))).Count);
        Assert.Equal(["e-7"], await ReadAsync("command", "echo e-7; echo e-8 >&2", ("in", "b"), ("match", "e-[0-9]")));
        Assert.Contains("ended with 3: no such table", (await FailureAsync("command", "echo e-7; echo no such table >&2; exit 3", ("in", "b"))).Message);
        Assert.Contains("within 1 s", (await FailureAsync("command", "echo e-7; sleep 30", ("in", "b"), ("timeout", "1"))).Message);
        await using var unknown = IdSources.Create(new("log", "c", new Dictionary<string, string>()), "integrity.actual", host);
        Assert.Contains("no component c", (await Assert.ThrowsAsync<IdSourceException>(() => unknown.DescribeAsync(CancellationToken.None))).Message);

        Task<IdSourceException> FailureAsync(string kind, string address, params (string Key, string Value)[] options) =>
            Assert.ThrowsAsync<IdSourceException>(() => ReadAsync(kind, address, options));

        async Task<List<string>> ReadAsync(string kind, string address, params (string Key, string Value)[] options)
        {
            await using var source = IdSources.Create(new(kind, address, options.ToDictionary(option => option.Key, option => option.Value)), "integrity.actual", host);
            return await Sources.Reading.IdsAsync(source);
        }
    }
}
