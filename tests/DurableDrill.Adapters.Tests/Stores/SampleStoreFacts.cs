using DurableDrill.Signals;

namespace DurableDrill.Adapters.Tests.Stores;

/// <summary>What every <see cref="ISampleStore"/> does. A subclass says where the samples lie.</summary>
public abstract class SampleStoreFacts
{
    protected static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [SkippableFact]
    public async Task Read_OfWrittenBursts_GivesThemBackInOrderOfBurst()
    {
        var store = await StoreAsync();
        Sample gap = new("backlog", Start, TimeSpan.FromMilliseconds(3), null, "connection refused");
        Sample precise = new("stored", Start.AddTicks(1234567), TimeSpan.FromTicks(17), 0.1 + 0.2);
        await store.WriteAsync("d1", 10, [precise], CancellationToken.None);
        await store.WriteAsync("d1", 9, [gap, precise], CancellationToken.None);

        Assert.Equal([gap, precise, precise], await ReadAllAsync(store, "d1", 0));
    }

    [SkippableFact]
    public async Task Read_FromALaterBurst_LeavesOutEarlierOnes()
    {
        var store = await StoreAsync();
        await store.WriteAsync("d1", 1, [new("stored", Start, TimeSpan.Zero, 1)], CancellationToken.None);
        await store.WriteAsync("d1", 2, [new("stored", Start, TimeSpan.Zero, 2)], CancellationToken.None);

        Assert.Equal([2.0], (await ReadAllAsync(store, "d1", 2)).Select(sample => sample.Value!.Value));
    }

    [SkippableFact]
    public async Task Write_OfABurstAgain_ReplacesIt()
    {
        var store = await StoreAsync();
        await store.WriteAsync("d1", 1, [new("stored", Start, TimeSpan.Zero, 1), new("stored", Start, TimeSpan.Zero, 2)], CancellationToken.None);
        await store.WriteAsync("d1", 1, [new("stored", Start, TimeSpan.Zero, 3)], CancellationToken.None);

        Assert.Equal([3.0], (await ReadAllAsync(store, "d1", 0)).Select(sample => sample.Value!.Value));
    }

    [SkippableFact]
    public async Task Read_OfAnotherDrill_IsEmpty()
    {
        var store = await StoreAsync();
        Assert.Empty(await ReadAllAsync(store, "d1", 0));

        await store.WriteAsync("d10", 1, [new("stored", Start, TimeSpan.Zero, 1)], CancellationToken.None);

        Assert.Empty(await ReadAllAsync(store, "d1", 0));
    }

    [SkippableFact]
    public async Task Read_OfADamagedLine_NamesPlaceAndLine()
    {
        var store = await StoreAsync();
        await store.WriteAsync("d1", 3, [new("stored", Start, TimeSpan.Zero, 1)], CancellationToken.None);
        await DamageAsync("d1", "000003.jsonl", "{\"signal\":\n");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAllAsync(store, "d1", 0));

        Assert.Contains("000003.jsonl, line 2", error.Message);
    }

    /// <summary>A store over this test's own place.</summary>
    protected abstract Task<ISampleStore> StoreAsync();

    /// <summary>Adds this text to a burst past the store.</summary>
    protected abstract Task DamageAsync(string drill, string burst, string text);

    private static async Task<List<Sample>> ReadAllAsync(ISampleStore store, string drill, int firstBurst)
    {
        List<Sample> samples = [];
        await foreach (var burst in store.ReadAsync(drill, firstBurst, CancellationToken.None))
        {
            samples.AddRange(burst.Samples);
        }

        return samples;
    }
}
