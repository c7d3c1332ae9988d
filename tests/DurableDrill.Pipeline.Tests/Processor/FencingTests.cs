using DurableDrill.Pipeline.Orders;
using DurableDrill.Pipeline.Processor;
using DurableDrill.TestServers;
using Npgsql;

namespace DurableDrill.Pipeline.Tests.Processor;

[Trait("Category", "Integration")]
public sealed class FencingTests
{
    [SkippableFact]
    public async Task Write_PartitionTakenByAnother_WritesNothing()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        using var zombie = new OrderStore(Options(database, "zombie"));
        using var successor = new OrderStore(Options(database, "successor"));
        var old = Assert.Single(zombie.Take([0]));
        zombie.Write(Batch(0, 0, 5), [new(0, 0, 5, old.Epoch)]);
        var taken = Assert.Single(successor.Take([0]));
        Assert.Equal((5, old.Epoch + 1), (taken.NextOffset, taken.Epoch));

        Assert.Throws<FencedException>(() => zombie.Write(Batch(0, 5, 5), [new(0, 5, 10, old.Epoch)]));
        Assert.Equal((5L, 5L), await CountAsync(database));
        successor.Write(Batch(0, 5, 5), [new(0, 5, 10, taken.Epoch)]);
        Assert.Equal((10L, 10L), await CountAsync(database));
    }

    [SkippableFact]
    public async Task Write_OnePartitionOfTwoLost_WritesNothingOfBoth()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        using var zombie = new OrderStore(Options(database, "zombie"));
        using var successor = new OrderStore(Options(database, "successor"));
        var old = zombie.Take([0, 1]);
        successor.Take([1]);
        Assert.Throws<FencedException>(() => zombie.Write(Batch(0, 0, 5), [.. old.Select(c => new Advance(c.Partition, 0, 5, c.Epoch))]));
        Assert.Equal((0L, 0L), await CountAsync(database));
        Assert.All(zombie.Look([0, 1]), claim => Assert.Equal(0, claim.NextOffset));
    }

    [SkippableFact]
    public async Task Write_TheSameStepTwice_IsRefusedTheSecondTime()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        using var store = new OrderStore(Options(database, "one"));
        var claim = Assert.Single(store.Take([0]));
        store.Write(Batch(0, 0, 5), [new(0, 0, 5, claim.Epoch)]);
        Assert.Throws<FencedException>(() => store.Write(Batch(0, 0, 5), [new(0, 0, 5, claim.Epoch)]));
        Assert.Equal((5L, 5L), await CountAsync(database));
    }

    [SkippableFact]
    public async Task Schema_FourAtOnce_IsCreatedOnce()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            using var store = new OrderStore(Options(database, $"instance-{i}"));
            store.Write(Batch(0, i * 3, 3), []);
        })));
        Assert.Equal((12L, 12L), await CountAsync(database));
    }

    [SkippableFact]
    public async Task Frozen_WhileAnotherTookOver_WritesNothingWhenThawed()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "500");
        var frozen = run.Processor("processor-1", "--session-timeout", "1s");
        await run.StoredAsync(500);
        frozen.Signal(19);
        run.Processor("processor-2", "--session-timeout", "1s");
        var before = await run.NumberAsync("select sum(stored) from progress");
        await run.StoredAsync(before + 1000);
        frozen.Signal(18);
        await run.StoredAsync(before + 3000);
        var rows = await run.AllStoredAsync();
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
    }

    private static ProcessorOptions Options(string database, string instance) => new()
    {
        Topic = new("nowhere", "orders", 2, 1, 1),
        Group = "g",
        Instance = instance,
        Postgres = database,
        Mode = Mode.ExactlyOnce,
    };

    private static OrderBatch Batch(int partition, int first, int count)
    {
        var shop = new Shop("p1", 1);
        var batch = new OrderBatch();
        for (var i = first; i < first + count; i++)
        {
            batch.Add(new() { TopicPartitionOffset = new("orders", partition, i), Message = new() { Value = shop.Next(i + 1, DateTimeOffset.UtcNow).ToJson() } });
        }

        return batch;
    }

    private static async Task<(long Orders, long Commits)> CountAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select (select count(*) from orders), (select count(*) from commits)", connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
