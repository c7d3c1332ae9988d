namespace DurableDrill.Integrity;

/// <summary>A source of event ids, expected or actual, read once, streamed, after the pipeline has gone quiet.</summary>
public interface IIdSource : IAsyncDisposable
{
    /// <summary>What this source knows of each id, and so what can be proved from it.</summary>
    /// <exception cref="IdSourceException">The source cannot be asked.</exception>
    Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation);

    /// <summary>All records, in batches, in any order; an id may come more than once.</summary>
    /// <exception cref="IdSourceException">The source cannot be read: the verdict is inconclusive, never passed.</exception>
    IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync(CancellationToken cancellation);
}

/// <summary>A source that can tell what it has more than once without telling all that it has.</summary>
public interface IRepeatedIds
{
    /// <summary>Every id with more than one record or write, and how many; null: there are more of them than <paramref name="most"/>.</summary>
    /// <exception cref="IdSourceException">The source cannot be asked, or needs too long.</exception>
    Task<IReadOnlyDictionary<string, long>?> ReadRepeatedAsync(int most, CancellationToken cancellation);
}

/// <summary>One event as a source knows it.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Outcome">What the producer knows of it; a source that is not a producer's ledger says acknowledged.</param>
/// <param name="Writes">How often it was written, where the sink counts; else 1 for each record.</param>
/// <param name="Content">A hash of what it says, where the source has it; null: not compared.</param>
/// <param name="At">When it was produced or committed, where the source has it.</param>
public readonly record struct IdRecord(string Id, Outcome Outcome = Outcome.Acknowledged, int Writes = 1, ulong? Content = null, DateTimeOffset? At = null);

/// <summary>What a source knows beside the ids.</summary>
public sealed record IdSourceTraits
{
    /// <summary>What was read, for people: "table shop.orders", "topic orders". No secret, no address with one.</summary>
    public required string Name { get; init; }

    /// <summary>It knows each attempt and its outcome: a producer's ledger. False: what never reached it is in nobody's count.</summary>
    public bool KnowsAttempts { get; init; }

    /// <summary>There is no such source ("no ledger"): the topic stands for it.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>What it holds was acknowledged by a broker: it is the topic between producer and processor.</summary>
    public bool IsTopic { get; init; }

    /// <summary>A second write of an id shows. False for a sink that upserts and does not count its writes.</summary>
    public bool ShowsDuplicates { get; init; } = true;
}

/// <summary>What the producer knows of an event that it attempted.</summary>
public enum Outcome
{
    /// <summary>The broker said that it has it.</summary>
    Acknowledged,

    /// <summary>It certainly never reached the broker.</summary>
    Failed,

    /// <summary>Sent, and nothing conclusive was heard.</summary>
    Unknown,
}

/// <summary>A source of ids cannot be read. The message names the request and what the other side said, and holds no secret.</summary>
public sealed class IdSourceException(string message, Exception? inner = null) : Exception(message, inner);
