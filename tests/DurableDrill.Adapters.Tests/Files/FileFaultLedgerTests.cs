using DurableDrill.Adapters.Files;
using DurableDrill.Faults;

namespace DurableDrill.Adapters.Tests.Files;

public sealed class FileFaultLedgerTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Path.Combine(Path.GetTempPath(), "drill-tickets-" + Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Open_Twice_WritesOnce()
    {
        var ledger = new FileFaultLedger(folder);

        Assert.True(await ledger.TryOpenAsync(Ticket("d.a"), default));
        Assert.False(await ledger.TryOpenAsync(Ticket("d.a") with { Note = "second" }, default));

        Assert.Null((await ledger.ReadAsync("d.a", default))!.Value.Note);
    }

    [Fact]
    public async Task Read_ByAnotherLedger_GivesTheWholeTicketBack()
    {
        var ticket = Ticket("d.a") with
        {
            Fault = new Latency("a", "b", TimeSpan.FromMilliseconds(5), TimeSpan.Zero),
            State = TicketState.Applied,
            Undo = DrillJson.ToElement(new { pid = 5 }),
            PreparedAt = Now,
            Applied = new(Now, Now.AddSeconds(1)),
            Note = "é",
        };
        await new FileFaultLedger(folder).TryOpenAsync(ticket, default);

        var read = (await new FileFaultLedger(folder).ReadAsync("d.a", default))!.Value;

        Assert.Equal(5, read.Undo!.Value.GetProperty("pid").GetInt32());
        Assert.Equal(ticket with { Undo = null }, read with { Undo = null });
        Assert.Null(await new FileFaultLedger(folder).ReadAsync("d.b", default));
    }

    [Fact]
    public async Task Replace_ByManyAtOnce_IsWonByOneEachTime()
    {
        await new FileFaultLedger(folder).TryOpenAsync(Ticket("d.a"), default);
        for (var round = 0; round < 10; round++)
        {
            var found = (await new FileFaultLedger(folder).ReadAsync("d.a", default))!;
            var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
                new FileFaultLedger(folder).TryReplaceAsync(found.Value with { Note = $"{writer}" }, found.Version, default))));

            var winner = Array.IndexOf(won, true);
            Assert.Single(won, true);
            Assert.Equal($"{winner}", (await new FileFaultLedger(folder).ReadAsync("d.a", default))!.Value.Note);
        }
    }

    [Fact]
    public async Task Replace_BackToAnEarlierContent_IsStillAChange()
    {
        var ledger = new FileFaultLedger(folder);
        await ledger.TryOpenAsync(Ticket("d.a"), default);
        var first = (await ledger.ReadAsync("d.a", default))!;
        await ledger.TryReplaceAsync(first.Value with { Note = "other" }, first.Version, default);
        await ledger.TryReplaceAsync(first.Value, (await ledger.ReadAsync("d.a", default))!.Version, default);

        Assert.False(await ledger.TryReplaceAsync(first.Value, first.Version, default));
    }

    [Fact]
    public async Task List_WithWhatIsNoTicket_TellsOfItAndOfAllOthers()
    {
        var ledger = new FileFaultLedger(folder);
        await ledger.TryOpenAsync(Ticket("d.a"), default);
        await ledger.TryOpenAsync(Ticket("d.b") with { State = TicketState.Closed }, default);
        await ledger.TryOpenAsync(Ticket("e.a") with { DrillId = "e" }, default);
        await File.WriteAllTextAsync(Path.Combine(folder, "torn.json"), """{"revision":1,"tick""");
        await File.WriteAllTextAsync(Path.Combine(folder, "copied.json"), await File.ReadAllTextAsync(Path.Combine(folder, "d.a.json")));
        await File.WriteAllTextAsync(Path.Combine(folder, "later.json"), """{"revision":1,"ticket":{"id":"later","fault":{"kind":"unheard_of"}}}""");

        var open = await ledger.ListOpenAsync(default);

        Assert.Equal(["d.a", "e.a"], open.Tickets.Select(ticket => ticket.Id));
        Assert.Equal(3, open.Unreadable.Count);
        Assert.All(["torn.json", "copied.json", "later.json"], name => Assert.Contains(open.Unreadable, line => line.Contains(name)));
        Assert.Equal(["d.a", "d.b"], (await ledger.ListAsync("d", default)).Tickets.Select(ticket => ticket.Id));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData(".hidden")]
    [InlineData("")]
    public async Task Open_WithAnIdThatIsNone_IsRefused(string id)
    {
        Directory.CreateDirectory(folder);
        await Assert.ThrowsAsync<ArgumentException>(() => new FileFaultLedger(folder).TryOpenAsync(Ticket(id), default));
    }

    [Fact]
    [Trait("Category", "Integration")]
    public async Task Lock_OfAHolderThatDied_IsFree()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "lock");
        using (var holder = System.Diagnostics.Process.Start("flock", [path, "sleep", "1000"]))
        {
            while (FileLock.TryAcquire(path) is { } free)
            {
                free.Dispose();
                await Task.Delay(10);
            }

            await Assert.ThrowsAsync<IOException>(() => FileLock.AcquireAsync(path, TimeSpan.FromMilliseconds(50), default));
            holder.Kill(entireProcessTree: true);
            await holder.WaitForExitAsync();
        }

        using var taken = await FileLock.AcquireAsync(path, TimeSpan.FromSeconds(5), default);
    }

    private static FaultTicket Ticket(string id) => new(id, "d", "orders", new Kill("a"), Now, Now.AddSeconds(30), Now.AddSeconds(60));
}
