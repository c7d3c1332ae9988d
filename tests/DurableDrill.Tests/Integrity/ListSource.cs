using System.Runtime.CompilerServices;
using DurableDrill.Integrity;

namespace DurableDrill.Tests.Integrity;

/// <summary>A source of ids that a test has in hand.</summary>
internal sealed class ListSource(IdSourceTraits traits, params IReadOnlyList<IdRecord> records) : IIdSource
{
    /// <summary>Thrown after the records.</summary>
    public string? Breaks { get; init; }

    /// <summary>What the second and later readings find; null: the same.</summary>
    public IReadOnlyList<IdRecord>? Later { get; init; }

    private int readings;

    public static ListSource Ledger(params IReadOnlyList<IdRecord> records) =>
        new(new() { Name = "ledger p1", KnowsAttempts = true }, records);

    public static ListSource Topic(params IReadOnlyList<IdRecord> records) => new(new() { Name = "topic orders", IsTopic = true }, records);

    public static ListSource Counter(params IReadOnlyList<IdRecord> records) => new(new() { Name = "counter" }, records);

    public static ListSource Sink(params IReadOnlyList<IdRecord> records) => new(new() { Name = "table orders" }, records);

    public static ListSource UpsertingSink(params IReadOnlyList<IdRecord> records) =>
        new(new() { Name = "table orders", ShowsDuplicates = false }, records);

    public Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation) => Task.FromResult(traits);

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        yield return readings++ > 0 && Later is not null ? Later : records;
        if (Breaks is not null)
        {
            throw new IdSourceException(Breaks);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
