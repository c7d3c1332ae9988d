using System.Diagnostics;
using System.Text.Json;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.Watchdog;

[Trait("Category", "Integration")]
public sealed class WatchdogTests
{
    [Fact]
    public async Task Watchdog_OfADrillThatIsGone_RevertsAtTheTicketsTimeAndEnds()
    {
        await using var home = new WatchdogHome();
        await home.UpAsync();
        await home.DrillAsync("drill");
        var ticket = await home.TicketAsync("drill", revertInSeconds: 4);
        Assert.Null((await home.Caretaker.Executor.ApplyAsync(ticket.Id, default)).Refusal);
        Assert.True(home.Watchdog.IsRunning());
        Assert.Equal(ComponentStatus.Stopped, await home.StatusAsync());

        Assert.True(await home.Watchdog.WaitForEndAsync(TimeSpan.FromSeconds(20), default));

        var closed = await home.StoredAsync(ticket.Id);
        Assert.Equal((TicketState.Closed, "watchdog"), (closed.State, closed.RevertedBy));
        Assert.InRange((closed.Reverted!.Value.Earliest - ticket.RevertBy).TotalSeconds, 0, 2);
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());
    }

    [Fact]
    public async Task Watchdog_AfterTheApplierDiedBeforeItsRecord_Reverts()
    {
        await using var home = new WatchdogHome();
        await home.UpAsync();
        await home.DrillAsync("drill");
        var ticket = await home.TicketAsync("drill", revertInSeconds: 2);
        await using var target = (await home.Caretaker.Targets.OpenAsync("t", default))!;
        var prepared = ticket with { Undo = await target.PrepareAsync(ticket, default), PreparedAt = DateTimeOffset.UtcNow };
        await home.Caretaker.Ledger.TryReplaceAsync(prepared, "1", default);
        await home.Watchdog.EnsureRunningAsync(default);
        await target.ApplyAsync(prepared, default);

        Assert.True(await home.Watchdog.WaitForEndAsync(TimeSpan.FromSeconds(20), default));

        Assert.Equal(TicketState.Closed, (await home.StoredAsync(ticket.Id)).State);
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());
        await Assert.ThrowsAsync<TargetException>(() => target.ApplyAsync(prepared with { ApplyDeadline = DateTimeOffset.MaxValue }, default));
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());
    }

    [Fact]
    public async Task Watchdog_OfADrillThatEnds_RevertsAtOnce()
    {
        await using var home = new WatchdogHome();
        await home.UpAsync();
        await home.DrillAsync("drill");
        var ticket = await home.TicketAsync("drill", revertInSeconds: 3600);
        await home.Caretaker.Executor.ApplyAsync(ticket.Id, default);

        await home.EndDrillAsync("drill");

        Assert.True(await home.Watchdog.WaitForEndAsync(TimeSpan.FromSeconds(20), default));
        Assert.Equal(TicketState.Closed, (await home.StoredAsync(ticket.Id)).State);
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());
    }

    [Fact]
    public async Task EnsureRunning_ByMany_StartsOneThatIsInASessionOfItsOwn()
    {
        await using var home = new WatchdogHome();
        await home.DrillAsync("drill");
        await home.TicketAsync("drill", revertInSeconds: 3600);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => home.Watchdog.EnsureRunningAsync(default)));

        var process = JsonSerializer.Deserialize<ProcessIdentity>(
            await File.ReadAllTextAsync(Path.Combine(home.Path, "watchdog", "process.json")), DrillJson.Options)!;
        var stat = (await File.ReadAllTextAsync($"/proc/{process.Pid}/stat")).Split(')')[^1].Split(' ');
        Assert.Equal($"{process.Pid}", stat[3]);
        Assert.Equal($"{process.Pid}", stat[4]);
        // It is there a moment before it says so.
        await WatchdogHome.Until(() => File.ReadLines(home.Watchdog.LogPath).Any(line => line.Contains("watching")));
        Assert.Single(File.ReadLines(home.Watchdog.LogPath), line => line.Contains("watching"));
    }

    [Fact]
    public async Task Watchdog_ThatWasKilled_IsReplacedByTheNextApply()
    {
        await using var home = new WatchdogHome();
        await home.UpAsync();
        await home.DrillAsync("drill");
        var ticket = await home.TicketAsync("drill", revertInSeconds: 3600, deadlineInSeconds: 8);
        await home.Watchdog.EnsureRunningAsync(default);
        var first = JsonSerializer.Deserialize<ProcessIdentity>(
            await File.ReadAllTextAsync(Path.Combine(home.Path, "watchdog", "process.json")), DrillJson.Options)!;
        using (var process = Process.GetProcessById(first.Pid))
        {
            process.Kill();
        }

        await WatchdogHome.Until(() => !home.Watchdog.IsRunning());
        await home.Caretaker.Executor.ApplyAsync(ticket.Id, default);

        Assert.True(home.Watchdog.IsRunning());
        await home.Caretaker.RevertAsync([ticket.Id], default);
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());
    }

    [Fact]
    public async Task Watchdog_OfARunWhoseCallerIsDead_TakesItDown()
    {
        await using var home = new WatchdogHome();
        await home.UpAsync(home.Watchdog);
        Assert.True(home.Watchdog.IsRunning());
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());

        await home.OrphanAsync();

        Assert.True(await home.Watchdog.WaitForEndAsync(TimeSpan.FromSeconds(20), default));
        Assert.Equal(ComponentStatus.Stopped, await home.StatusAsync());
        Assert.Equal(RunPhase.Down, (await home.Run.ReadAsync(default))!.Phase);
    }

    [Fact]
    public async Task Sweep_WithNoOpenTicket_DoesNothing()
    {
        await using var home = new WatchdogHome();

        var report = await home.Caretaker.SweepAsync("janitor", home, default);

        Assert.Empty(report.Lines);
        Assert.False(report.Waiting);
    }
}
