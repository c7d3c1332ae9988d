using DurableDrill.Adapters.Files;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Tests.Files;

public sealed class FileSampleStoreTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string root = Directory.CreateTempSubdirectory("drill-samples-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Read_OfWrittenBursts_GivesThemBackInOrderOfBurst()
    {
        var store = new FileSampleStore(root);
        Sample gap = new("backlog", Start, TimeSpan.FromMilliseconds(3), null, "connection refused");
        Sample precise = new("stored", Start.AddTicks(1234567), TimeSpan.FromTicks(17), 0.1 + 0.2);
        await store.WriteAsync("d1", 10, [precise], CancellationToken.None);
        await store.WriteAsync("d1", 9, [gap, precise], CancellationToken.None);

        Assert.Equal([gap, precise, precise], await ReadAllAsync(store, "d1", 0));
    }

    [Fact]
    public async Task Read_FromALaterBurst_LeavesOutEarlierOnes()
    {
        var store = new FileSampleStore(root);
        await store.WriteAsync("d1", 1, [new("stored", Start, TimeSpan.Zero, 1)], CancellationToken.None);
        await store.WriteAsync("d1", 2, [new("stored", Start, TimeSpan.Zero, 2)], CancellationToken.None);

        Assert.Equal([2.0], (await ReadAllAsync(store, "d1", 2)).Select(sample => sample.Value!.Value));
    }

    [Fact]
    public async Task Write_OfABurstAgain_ReplacesIt()
    {
        var store = new FileSampleStore(root);
        await store.WriteAsync("d1", 1, [new("stored", Start, TimeSpan.Zero, 1), new("stored", Start, TimeSpan.Zero, 2)], CancellationToken.None);
        await store.WriteAsync("d1", 1, [new("stored", Start, TimeSpan.Zero, 3)], CancellationToken.None);

        Assert.Equal([3.0], (await ReadAllAsync(store, "d1", 0)).Select(sample => sample.Value!.Value));
    }

    [Fact]
    public async Task Read_OfAnUnknownDrill_IsEmpty() => Assert.Empty(await ReadAllAsync(new FileSampleStore(root), "none", 0));

    [Fact]
    public async Task Read_OfADamagedLine_NamesFileAndLine()
    {
        var store = new FileSampleStore(root);
        await store.WriteAsync("d1", 3, [new("stored", Start, TimeSpan.Zero, 1)], CancellationToken.None);
        var path = Directory.GetFiles(root, "*.jsonl", SearchOption.AllDirectories).Single();
        await File.AppendAllTextAsync(path, "{\"signal\":\n");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAllAsync(store, "d1", 0));

        Assert.Contains($"{path}, line 2", error.Message);
    }

    private static async Task<List<Sample>> ReadAllAsync(FileSampleStore store, string drill, int firstBurst)
    {
        List<Sample> samples = [];
        await foreach (var burst in store.ReadAsync(drill, firstBurst, CancellationToken.None))
        {
            samples.AddRange(burst.Samples);
        }

        return samples;
    }
}
