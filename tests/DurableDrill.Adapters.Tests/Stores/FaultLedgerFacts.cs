using DurableDrill.Faults;

namespace DurableDrill.Adapters.Tests.Stores;

/// <summary>What every <see cref="IFaultLedger"/> does. A subclass says where the tickets lie.</summary>
public abstract class FaultLedgerFacts
{
    protected static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [SkippableFact]
    public async Task Open_Twice_WritesOnce()
    {
        var ledger = await LedgerAsync();

        Assert.True(await ledger.TryOpenAsync(Ticket("d.a"), default));
        Assert.False(await ledger.TryOpenAsync(Ticket("d.a") with { Note = "second" }, default));

        Assert.Null((await ledger.ReadAsync("d.a", default))!.Value.Note);
    }

    [SkippableFact]
    public async Task Open_ByManyAtOnce_IsWonByOne()
    {
        var ledgers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LedgerAsync()));

        var won = await Task.WhenAll(ledgers.Select((ledger, writer) => Task.Run(() =>
            ledger.TryOpenAsync(Ticket("d.a") with { Note = $"{writer}" }, default))));

        Assert.Single(won, true);
        Assert.Equal($"{Array.IndexOf(won, true)}", (await ledgers[0].ReadAsync("d.a", default))!.Value.Note);
    }

    [SkippableFact]
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
        await (await LedgerAsync()).TryOpenAsync(ticket, default);

        var read = (await (await LedgerAsync()).ReadAsync("d.a", default))!.Value;

        Assert.Equal(5, read.Undo!.Value.GetProperty("pid").GetInt32());
        Assert.Equal(ticket with { Undo = null }, read with { Undo = null });
        Assert.Null(await (await LedgerAsync()).ReadAsync("d.b", default));
    }

    [SkippableFact]
    public async Task Replace_ByManyAtOnce_IsWonByOneEachTime()
    {
        var ledger = await LedgerAsync();
        await ledger.TryOpenAsync(Ticket("d.a"), default);
        for (var round = 0; round < 10; round++)
        {
            var found = (await ledger.ReadAsync("d.a", default))!;
            var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LedgerAsync()));
            var won = await Task.WhenAll(others.Select((other, writer) => Task.Run(() =>
                other.TryReplaceAsync(found.Value with { Note = $"{writer}" }, found.Version, default))));

            Assert.Single(won, true);
            Assert.Equal($"{Array.IndexOf(won, true)}", (await ledger.ReadAsync("d.a", default))!.Value.Note);
        }
    }

    [SkippableFact]
    public async Task Replace_BackToAnEarlierContent_IsStillAChange()
    {
        var ledger = await LedgerAsync();
        await ledger.TryOpenAsync(Ticket("d.a"), default);
        var first = (await ledger.ReadAsync("d.a", default))!;
        await ledger.TryReplaceAsync(first.Value with { Note = "other" }, first.Version, default);
        await ledger.TryReplaceAsync(first.Value, (await ledger.ReadAsync("d.a", default))!.Version, default);

        Assert.False(await ledger.TryReplaceAsync(first.Value, first.Version, default));
    }

    [SkippableFact]
    public async Task List_WithWhatIsNoTicket_TellsOfItAndOfAllOthers()
    {
        var ledger = await LedgerAsync();
        await ledger.TryOpenAsync(Ticket("d.a"), default);
        await ledger.TryOpenAsync(Ticket("d.b"), default);
        await ledger.TryOpenAsync(Ticket("e.a") with { DrillId = "e" }, default);
        var closed = (await ledger.ReadAsync("d.b", default))!;
        await ledger.TryReplaceAsync(closed.Value with { State = TicketState.Closed }, closed.Version, default);
        await PutAsync("torn.json", """{"revision":1,"tick""");
        await CopyAsync("d.a.json", "copied.json");
        await PutAsync("later.json", """{"revision":1,"id":"later","fault":{"kind":"unheard_of"}}""");

        var open = await ledger.ListOpenAsync(default);

        Assert.Equal(["d.a", "e.a"], open.Tickets.Select(ticket => ticket.Id));
        Assert.Equal(3, open.Unreadable.Count);
        Assert.All(["torn.json", "copied.json", "later.json"], name => Assert.Contains(open.Unreadable, line => line.Contains(name)));
        Assert.Equal(["d.a", "d.b"], (await ledger.ListAsync("d", default)).Tickets.Select(ticket => ticket.Id));
    }

    [SkippableFact]
    public async Task List_WhereNothingWasEverWritten_IsEmpty()
    {
        var ledger = await LedgerAsync();

        Assert.Empty((await ledger.ListOpenAsync(default)).Tickets);
        Assert.Empty((await ledger.ListAsync("d", default)).Unreadable);
        Assert.False(await ledger.TryReplaceAsync(Ticket("d.a"), "1", default));
    }

    [SkippableTheory]
    [InlineData("../escape")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task Open_WithAnIdThatIsNone_IsRefused(string id)
    {
        var ledger = await LedgerAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => ledger.TryOpenAsync(Ticket(id), default));
    }

    /// <summary>A ledger over this test's own place; each call gives another one over the same.</summary>
    protected abstract Task<IFaultLedger> LedgerAsync();

    /// <summary>Puts a file there past the ledger.</summary>
    protected abstract Task PutAsync(string name, string content);

    /// <summary>Copies one past the ledger.</summary>
    protected abstract Task CopyAsync(string from, string to);

    private static FaultTicket Ticket(string id) => new(id, "d", "orders", new Kill("a"), Now, Now.AddSeconds(30), Now.AddSeconds(60));
}
