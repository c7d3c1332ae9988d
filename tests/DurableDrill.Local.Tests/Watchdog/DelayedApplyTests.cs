using System.Text.Json;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.Watchdog;

[Trait("Category", "Integration")]
public sealed class DelayedApplyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_DelayedPastTheRevert_IsFoundUndone(bool fenced)
    {
        await using var home = new WatchdogHome();
        await home.UpAsync();
        await home.DrillAsync("drill");
        var ticket = await home.TicketAsync("drill", revertInSeconds: 2);
        var caretaker = home.Caretaker;
        var late = new LateCatalog(caretaker.Targets, async (target, found) =>
        {
            await WatchdogHome.Until(async () => (await home.StoredAsync(ticket.Id)).State == TicketState.Closed);
            Assert.Equal(ComponentStatus.Running, await home.StatusAsync());

            // The target itself knows its reverted tickets and does nothing; under another name the same kill does come late.
            var acted = fenced ? found : found with { Id = "late", ApplyDeadline = DateTimeOffset.MaxValue };
            await target.ApplyAsync(acted, CancellationToken.None);
            Assert.Equal(ComponentStatus.Stopped, await home.StatusAsync());
        });
        var executor = new FaultExecutor(late, caretaker.Ledger, caretaker.Drills, caretaker.Watchdog, TimeProvider.System);

        var result = await executor.ApplyAsync(ticket.Id, CancellationToken.None);

        Assert.Contains("reverted while", result.Refusal);
        Assert.Equal(TicketState.Closed, (await home.StoredAsync(ticket.Id)).State);
        Assert.Equal(ComponentStatus.Running, await home.StatusAsync());
    }

    /// <summary>Opens targets whose apply does something else, deaf to its cancellation; the rest is the real target's.</summary>
    private sealed class LateCatalog(ITargetCatalog real, Func<ITarget, FaultTicket, Task> apply) : ITargetCatalog
    {
        public async Task<ITarget?> OpenAsync(string name, CancellationToken cancellation) =>
            new LateTarget((await real.OpenAsync(name, cancellation))!, apply);
    }

    private sealed class LateTarget(ITarget real, Func<ITarget, FaultTicket, Task> apply) : ITarget
    {
        public string Name => real.Name;

        public Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation) => real.PrepareAsync(ticket, cancellation);

        public Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation) => apply(real, ticket);

        public async Task RevertAsync(FaultTicket ticket, CancellationToken cancellation)
        {
            await real.RevertAsync(ticket with { Id = "late" }, cancellation);
            await real.RevertAsync(ticket, cancellation);
        }

        public Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation) => real.VerifyAsync(ticket, cancellation);

        public Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) => real.CheckAsync(faults, cancellation);

        public Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation) => real.InspectAsync(cancellation);

        public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation) => real.HoldAsync(wanted, cancellation);

        public Task ReleaseAsync(string owner, CancellationToken cancellation) => real.ReleaseAsync(owner, cancellation);

        public Task<bool> ActAsync(string component, string action, CancellationToken cancellation) => real.ActAsync(component, action, cancellation);

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
