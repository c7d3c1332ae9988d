using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Processes;

[Trait("Category", "Integration")]
public sealed class InjuryTests
{
    private const string Spin = "while :; do :; done";

    [Fact]
    public async Task Cpu_OfAShareOfACore_HoldsTheComponentToItAndLetsItGo()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Script(Spin)));
        var pid = await run.PidOfAsync("a");
        var allowed = CpuAffinity.Read(pid);
        var free = await CoresAsync(pid);
        var ticket = await run.TicketAsync(new Cpu("a", 0.25));

        await run.ApplyAsync(ticket);
        await run.ApplyAsync(ticket);
        Assert.Single(CpuAffinity.Read(pid));
        // A quarter is the bound; what else runs on this machine may leave it less.
        Assert.InRange(await CoresAsync(pid), 0.01, 0.33);
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(ticket));

        await run.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
        Assert.Equal(allowed, CpuAffinity.Read(pid));
        Assert.False(ProcessTable.Read(pid)!.IsFrozen);
        Assert.True(await CoresAsync(pid) > Math.Min(free, 0.5) / 2);
    }

    [Fact]
    public async Task Cpu_WhoseHelperIsKilledInTheMiddle_StillReverts()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Script(Spin)));
        var pid = await run.PidOfAsync("a");
        var ticket = await run.TicketAsync(new Cpu("a", 0.01));
        await run.ApplyAsync(ticket);
        var state = await run.Folder.RequireAsync(CancellationToken.None);
        await RunProcesses.KillAllAsync(state.Run, TimeProvider.System, CancellationToken.None, ticket.Id);

        await run.RevertAsync(ticket);

        Assert.False(ProcessTable.Read(pid)!.IsFrozen);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
    }

    [Fact]
    public async Task DiskFill_HasItsSizeAndIsTakenAway()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var folder = run.Folder.DataOf("a");
        var ticket = await run.TicketAsync(new DiskFill("a", folder, 1 << 20));

        await run.ApplyAsync(ticket);
        await run.ApplyAsync(ticket);
        Assert.Equal(1 << 20, new FileInfo(Assert.Single(Directory.GetFiles(folder))).Length);
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(ticket));

        await run.RevertAsync(ticket);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
    }

    [Fact]
    public async Task StateLoss_MovesTheStateAsideAndTheRevertLeavesTheNewOne()
    {
        await using var run = new TestRun();
        var path = Path.Combine(run.Folder.DataOf("a"), "state");
        await run.UpAsync(("a", TestRun.Script($"test -e {path} || echo $$ >{path}; sleep 1000")));
        var old = await File.ReadAllTextAsync(path);
        var ticket = await run.TicketAsync(new StateLoss("a", path));

        await run.ApplyAsync(ticket);
        Assert.False(File.Exists(path));
        Assert.Equal(ComponentStatus.Stopped, (await run.StateOfAsync("a")).Status);
        await run.ApplyAsync(ticket);

        await run.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
        Assert.Equal(old, await File.ReadAllTextAsync($"{path}.lost-{ticket.Id}"));
        Assert.NotEqual(old, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Links_CarryAllTheirFaultsAtOnceAndLoseEachAlone()
    {
        using var control = new StubControl("""{"cut":false,"delay_ms":0,"jitter_ms":0,"bytes_per_second":null}""");
        await using var run = new TestRun();
        await run.UpAsync(Linked(control));
        var cut = await run.TicketAsync(new Partition("a", "b"), "drill.cut");
        var slow = await run.TicketAsync(new Latency("b", "a", TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(5)), "drill.slow");

        await run.ApplyAsync(cut);
        await run.ApplyAsync(slow);
        Assert.Equal("""{"cut":true,"delay_ms":40,"jitter_ms":5}""", control.Content);
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(cut));

        await run.RevertAsync(cut);
        Assert.Equal("""{"cut":false,"delay_ms":40,"jitter_ms":5}""", control.Content);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(cut));

        await run.RevertAsync(slow);
        Assert.Equal("""{"cut":false,"delay_ms":0,"jitter_ms":0}""", control.Content);

        control.Content = """{"cut":true,"delay_ms":0,"jitter_ms":0}""";
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(slow));
    }

    [Fact]
    public async Task Pause_ThatIsDeclared_AsksAndResumes()
    {
        using var control = new StubControl("");
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper with
        {
            Pause = new("http", $"POST {control.Url}pause", new Dictionary<string, string>()),
            Resume = new("http", $"POST {control.Url}resume", new Dictionary<string, string>()),
        }));
        var first = await run.TicketAsync(new Pause("a"), "drill.first");
        var second = await run.TicketAsync(new Pause("a"), "drill.second");

        await run.ApplyAsync(first);
        await run.ApplyAsync(second);
        await run.RevertAsync(first);
        Assert.Equal(["POST /pause", "POST /pause"], control.Requests);
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("a")).Status);

        control.Status = 503;
        var error = await Assert.ThrowsAsync<TargetException>(() => run.RevertAsync(second));
        Assert.Contains("503", error.Message);
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(second));

        control.Status = 200;
        await run.RevertAsync(second);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(second));
        Assert.Equal("POST /resume", control.Requests[^1]);
    }

    [Fact]
    public async Task Check_OfManyMistakes_TellsThemAll()
    {
        using var control = new StubControl("");
        await using var run = new TestRun();
        await run.UpAsync(Linked(control));

        var findings = await run.Target.CheckAsync(
        [
            new Kill("nobody"), new Loss("a", null, 10), new Memory("a", 1), new Cpu("a", 1000), new Partition("a", "c"),
            new DiskFill("a", "/no/such/folder", 1), new StateLoss("a", "/etc/hostname"), new Stop("b"),
        ], CancellationToken.None);

        Assert.Equal(
            ["faults[0].component", "faults[1]", "faults[2]", "faults[3].cores", "faults[4].component", "faults[5].path", "faults[6].path"],
            findings.Select(finding => finding.Path));
        Assert.All(findings, finding => Assert.Equal(Severity.Error, finding.Severity));
    }

    [Fact]
    public async Task Check_OfWhatWasNeverBroughtUp_SaysThatItIsNoTarget()
    {
        await using var run = new TestRun();

        var finding = Assert.Single(await run.Target.CheckAsync([new Kill("a")], CancellationToken.None));
        Assert.Contains("was not brought up", finding.Message);
        Directory.CreateDirectory(run.Folder.Path);
    }

    [Fact]
    public async Task Hold_ByTwo_GoesToOneUntilItEndsOrExpires()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var now = DateTimeOffset.UtcNow;
        var wanted = Enumerable.Range(0, 8).Select(number => new Hold($"drill-{number}", "here", now.AddMinutes(1)));

        var holders = await Task.WhenAll(wanted.Select(hold => Task.Run(() => run.Target.HoldAsync(hold, CancellationToken.None))));

        var holder = Assert.Single(holders.DistinctBy(hold => hold.Owner));
        var other = new Hold("other", "there", now.AddMinutes(1));
        await run.Target.ReleaseAsync("other", CancellationToken.None);
        Assert.Equal(holder, await run.Target.HoldAsync(other, CancellationToken.None));
        await run.Target.HoldAsync(holder with { Until = now }, CancellationToken.None);
        Assert.Equal(holder, await run.Target.HoldAsync(other, CancellationToken.None));
        await run.Target.ReleaseAsync(holder.Owner, CancellationToken.None);
        var brief = other with { Until = DateTimeOffset.UtcNow.AddMilliseconds(200) };
        Assert.Equal(brief, await run.Target.HoldAsync(brief, CancellationToken.None));
        await Task.Delay(300);
        Assert.Equal(holder, await run.Target.HoldAsync(holder, CancellationToken.None));
    }

    private static UpRequest Linked(StubControl control)
    {
        var request = TestRun.Request(("a", TestRun.Sleeper), ("b", TestRun.Sleeper), ("link", TestRun.Sleeper));
        return request with { Expand = ports => request.Expand(ports) with { Links = [new("a", "b", "link", control.Url + "state")] } };
    }

    /// <summary>How many cores a process used over a while.</summary>
    private static async Task<double> CoresAsync(int pid)
    {
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        var (before, started) = (process.TotalProcessorTime, TimeProvider.System.GetTimestamp());
        await Task.Delay(1500);
        process.Refresh();
        return (process.TotalProcessorTime - before) / TimeProvider.System.GetElapsedTime(started);
    }
}
