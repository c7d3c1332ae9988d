using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Processes;

[Trait("Category", "Integration")]
public sealed class ProcessTargetTests
{
    public static TheoryData<string> Downs => ["stop", "kill", "crash"];

    [Theory]
    [MemberData(nameof(Downs))]
    public async Task Apply_OfDown_EndsTheProcessAndRevertStartsItAnew(string kind)
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper), ("b", TestRun.Sleeper));
        var before = await run.StateOfAsync("a");
        var other = await run.StateOfAsync("b");
        var ticket = await run.TicketAsync(Down(kind, "a"));

        await run.ApplyAsync(ticket);
        Assert.Equal(ComponentStatus.Stopped, (await run.StateOfAsync("a")).Status);
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(ticket));
        await run.ApplyAsync(ticket);

        await run.RevertAsync(ticket);
        await run.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
        var after = await run.StateOfAsync("a");
        Assert.Equal(ComponentStatus.Running, after.Status);
        Assert.NotEqual(before.Identity, after.Identity);
        Assert.Equal(1, after.Restarts);
        Assert.Equal(other, await run.StateOfAsync("b"));
    }

    [Fact]
    public async Task Restart_OfOneThatIsDown_StartsItUnlessADrillHoldsItOrItIsAnotherByNow()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var first = await run.StateOfAsync("a");
        var ticket = await run.TicketAsync(new Kill("a"));
        await run.ApplyAsync(ticket);

        Assert.Equal(RestartOutcome.Held, await RestartAsync(first.Identity));
        Assert.Equal(RestartOutcome.Changed, await RestartAsync("7@7", ticket.Id));
        Assert.Equal(ComponentStatus.Stopped, (await run.StateOfAsync("a")).Status);
        Assert.Equal(RestartOutcome.Restarted, await RestartAsync(first.Identity, ticket.Id));
        var healed = await run.StateOfAsync("a");
        Assert.Equal(ComponentStatus.Running, healed.Status);

        // The revert that comes later finds nothing to do.
        await run.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
        Assert.Equal(healed, await run.StateOfAsync("a"));

        Assert.Equal(RestartOutcome.Restarted, await RestartAsync(healed.Identity));
        Assert.NotEqual(healed.Identity, (await run.StateOfAsync("a")).Identity);
        await run.DownAsync();
        Assert.Equal(RestartOutcome.NotUp, await RestartAsync((await run.StateOfAsync("a")).Identity));

        Task<RestartOutcome> RestartAsync(string? seen, params string[] despite) => run.Target.RestartAsync("a", seen, despite, CancellationToken.None);
    }

    [Fact]
    public async Task Apply_OfRestart_LeavesANewProcessAndDoesItOnce()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var before = await run.StateOfAsync("a");
        var ticket = await run.TicketAsync(new Restart("a"));

        await run.ApplyAsync(ticket);
        var once = await run.StateOfAsync("a");
        await run.ApplyAsync(ticket);

        Assert.NotEqual(before.Identity, once.Identity);
        Assert.Equal(once, await run.StateOfAsync("a"));
        await run.RevertAsync(ticket);
        Assert.Equal(once, await run.StateOfAsync("a"));
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
    }

    [Fact]
    public async Task Apply_OfPause_FreezesEveryProcessOfTheComponent()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Script("setsid sleep 1000 & sleep 1000")));
        var ticket = await run.TicketAsync(new Pause("a"));
        var state = await run.Folder.RequireAsync(CancellationToken.None);

        await run.ApplyAsync(ticket);
        Assert.Equal(ComponentStatus.Paused, (await run.StateOfAsync("a")).Status);
        var members = ComponentRunner.Members(state, "a");
        Assert.Equal(3, members.Count);
        Assert.All(members, member => Assert.True(member.IsFrozen));
        Assert.Equal(FaultPresence.Present, await run.VerifyAsync(ticket));

        await run.RevertAsync(ticket);
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("a")).Status);
        Assert.All(ComponentRunner.Members(state, "a"), member => Assert.False(member.IsFrozen));
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
    }

    [Fact]
    public async Task Apply_OfKill_TakesChildrenThatLeftTheSessionToo()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Script("env -i setsid sleep 1000 & sleep 1000")));
        var state = await run.Folder.RequireAsync(CancellationToken.None);
        var members = ComponentRunner.Members(state, "a");
        Assert.Equal(3, members.Count);

        await run.ApplyAsync(await run.TicketAsync(new Kill("a")));

        Assert.All(members, member => Assert.Null(ProcessTable.Find(member.Identity)));
    }

    [Fact]
    public async Task Apply_OfStopThatIsIgnored_KillsAfterTheGrace()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Script("trap '' TERM; while :; do sleep 0.1; done")));
        var ticket = await run.TicketAsync(new Stop("a"));

        await run.ApplyAsync(ticket);

        Assert.Equal(ComponentStatus.Stopped, (await run.StateOfAsync("a")).Status);
    }

    [Fact]
    public async Task Revert_WithAnotherFaultThere_LeavesTheComponentDown()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var first = await run.TicketAsync(new Kill("a"), "drill.first");
        await run.ApplyAsync(first);
        var second = await run.TicketAsync(new Stop("a"), "drill.second");
        await run.ApplyAsync(second);

        await run.RevertAsync(first);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(first));
        Assert.Equal(ComponentStatus.Stopped, (await run.StateOfAsync("a")).Status);

        await run.RevertAsync(second);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(second));
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("a")).Status);
    }

    [Fact]
    public async Task Apply_AfterItsRevert_IsRefused()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var ticket = await run.TicketAsync(new Kill("a"));
        await run.RevertAsync(ticket);

        var error = await Assert.ThrowsAsync<TargetException>(() => run.ApplyAsync(ticket));

        Assert.Contains("reverted already", error.Message);
        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("a")).Status);
    }

    [Fact]
    public async Task Apply_AfterItsDeadline_IsRefused()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var ticket = await run.TicketAsync(new Kill("a"));

        await Assert.ThrowsAsync<TargetException>(() => run.ApplyAsync(ticket with { ApplyDeadline = DateTimeOffset.UtcNow }));

        Assert.Equal(ComponentStatus.Running, (await run.StateOfAsync("a")).Status);
    }

    [Fact]
    public async Task Verify_OfAComponentThatDiedLater_DoesNotCallItTheFault()
    {
        await using var run = new TestRun();
        await run.UpAsync(("a", TestRun.Sleeper));
        var ticket = await run.TicketAsync(new Kill("a"));
        await run.ApplyAsync(ticket);
        await run.RevertAsync(ticket);
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        System.Diagnostics.Process.GetProcessById(await run.PidOfAsync("a")).Kill();
        await Task.Delay(100);

        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
    }

    [Fact]
    public async Task Verify_OfAStartThatFails_ShowsTheLog()
    {
        await using var run = new TestRun();
        var flag = Path.Combine(run.Folder.Path, "fail");
        await run.UpAsync(("a", TestRun.Script($"test -e {flag} && {{ echo cannot go on; exit 1; }}; sleep 1000")));
        var ticket = await run.TicketAsync(new Kill("a"));
        await run.ApplyAsync(ticket);
        await File.WriteAllTextAsync(flag, "");
        await run.RevertAsync(ticket);

        var error = await Assert.ThrowsAsync<TargetException>(() => run.VerifyAsync(ticket));

        Assert.Contains("cannot go on", error.Message);
        File.Delete(flag);
        await run.RevertAsync(ticket);
        Assert.Equal(FaultPresence.Absent, await run.VerifyAsync(ticket));
    }

    private static Fault Down(string kind, string component) => kind switch
    {
        "stop" => new Stop(component),
        "kill" => new Kill(component),
        _ => new Crash(component),
    };
}
