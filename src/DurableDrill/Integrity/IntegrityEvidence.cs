namespace DurableDrill.Integrity;

/// <summary>
/// What was read, as sets of ids: enough to judge, and no more. Evidence of parts (partitions, shards, steps on several machines) merges:
/// <see cref="Merge"/> is commutative and associative, and the order of reading does not matter.
/// </summary>
public sealed partial class IntegrityEvidence
{
    private readonly SortedSet<string> unreadable = new(StringComparer.Ordinal);
    private readonly SortedSet<string> blind = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IdSet> producedUnder = new(StringComparer.Ordinal);
    private readonly IdMap contents = new();
    private readonly IdMap produced = new();
    private readonly IdMap arrived = new();
    private readonly Dictionary<string, long> writesOfRepeated = [];

    /// <summary>Attempted, and the broker said that it has it; at least once.</summary>
    public IdSet Acknowledged { get; private init; } = new();

    /// <summary>Attempted, and at least once nothing conclusive was heard.</summary>
    public IdSet Unknown { get; private init; } = new();

    /// <summary>Attempted, and at least once certainly not sent.</summary>
    public IdSet Failed { get; private init; } = new();

    /// <summary>Attempted at all.</summary>
    public IdSet Attempted => Acknowledged.Union(Unknown).Union(Failed);

    /// <summary>Read in the topic; null: it was not read.</summary>
    public IdSet? Topic { get; private set; }

    /// <summary>More than one record in the topic.</summary>
    public IdSet TopicTwice { get; private init; } = new();

    /// <summary>Read in the sink.</summary>
    public IdSet Sink { get; private init; } = new();

    /// <summary>More than one record or write in the sink.</summary>
    public IdSet SinkTwice { get; private init; } = new();

    /// <summary>How often those were written that had been more than once before the first fault.</summary>
    internal IReadOnlyDictionary<string, long> WritesOfRepeated => writesOfRepeated;

    /// <summary>Read in the sink by a reading before the one that counts.</summary>
    public IdSet SinkEarlier { get; private init; } = new();

    /// <summary>Read in the sink by a reading after the one that counts.</summary>
    public IdSet SinkLater { get; private init; } = new();

    /// <summary>Two contents under one id, within a source or between two.</summary>
    public IdSet Conflicting { get; private init; } = new();

    /// <summary>The ids produced in the window of each fault.</summary>
    public IReadOnlyDictionary<string, IdSet> ProducedUnder => producedUnder;

    /// <summary>What could not be read, and why.</summary>
    public IReadOnlyCollection<string> Unreadable => unreadable;

    /// <summary>What the sources cannot show, and why.</summary>
    public IReadOnlyCollection<string> Blind => blind;

    /// <summary>Whether the expected ids were read, all of them.</summary>
    public bool ExpectedComplete { get; private set; } = true;

    /// <summary>Whether the topic was read, all of it.</summary>
    public bool TopicComplete { get; private set; } = true;

    /// <summary>Whether the sink was read, all of it.</summary>
    public bool SinkComplete { get; private set; } = true;

    /// <summary>Whether a second write of an id would have shown.</summary>
    public bool ShowsDuplicates { get; private set; } = true;

    /// <summary>Whether the expected ids come with what the broker said of them (a ledger), or with nothing (a counter).</summary>
    public bool KnowsAttempts { get; private set; } = true;

    /// <summary>About what it holds of memory; to judge it takes two to three times as much again.</summary>
    internal long Bytes => Sets.Sum(set => set?.Bytes ?? 0) + contents.Bytes + produced.Bytes + arrived.Bytes;

    private IEnumerable<IdSet?> Sets => [Acknowledged, Unknown, Failed, Topic, TopicTwice, Sink, SinkTwice, Conflicting, .. producedUnder.Values];

    /// <summary>The evidence of both parts.</summary>
    public static IntegrityEvidence Merge(IntegrityEvidence one, IntegrityEvidence other)
    {
        var merged = new IntegrityEvidence
        {
            Acknowledged = one.Acknowledged.Union(other.Acknowledged),
            Unknown = one.Unknown.Union(other.Unknown),
            Failed = one.Failed.Union(other.Failed),
            Topic = one.Topic is null ? other.Topic : other.Topic is null ? one.Topic : one.Topic.Union(other.Topic),
            Sink = one.Sink.Union(other.Sink),
            // What each part has seen once, both together have seen twice.
            TopicTwice = one.TopicTwice.Union(other.TopicTwice).Union(one.Topic is { } left && other.Topic is { } right ? left.Intersect(right) : new()),
            SinkTwice = one.SinkTwice.Union(other.SinkTwice).Union(one.Sink.Intersect(other.Sink)),
            SinkEarlier = one.SinkEarlier.Union(other.SinkEarlier),
            SinkLater = one.SinkLater.Union(other.SinkLater),
            Conflicting = one.Conflicting.Union(other.Conflicting),
            ExpectedComplete = one.ExpectedComplete && other.ExpectedComplete,
            TopicComplete = one.TopicComplete && other.TopicComplete,
            SinkComplete = one.SinkComplete && other.SinkComplete,
            ShowsDuplicates = one.ShowsDuplicates && other.ShowsDuplicates,
            KnowsAttempts = one.KnowsAttempts && other.KnowsAttempts,
        };
        merged.TakeIn(one);
        merged.TakeIn(other);
        return merged;
    }

    /// <summary>The ids that came, and came later than this after they were produced; ids without both times are not among them.</summary>
    public IdSet Late(TimeSpan after)
    {
        var late = new IdSet();
        foreach (var (id, at) in arrived.Entries())
        {
            if (produced[id] is var from and not 0 && at - from > after.Ticks)
            {
                late.Add(id);
            }
        }

        return late;
    }

    private void TakeIn(IntegrityEvidence part)
    {
        unreadable.UnionWith(part.unreadable);
        blind.UnionWith(part.blind);
        foreach (var (fault, ids) in part.producedUnder)
        {
            producedUnder[fault] = producedUnder.TryGetValue(fault, out var before) ? before.Union(ids) : ids;
        }

        foreach (var (id, writes) in part.writesOfRepeated)
        {
            writesOfRepeated[id] = writesOfRepeated.GetValueOrDefault(id) + writes;
        }

        foreach (var (id, content) in part.contents.Entries())
        {
            SawContent(id, content);
        }

        foreach (var (id, at) in part.produced.Entries())
        {
            KeepLeast(ref produced[id], at);
        }

        foreach (var (id, at) in part.arrived.Entries())
        {
            KeepLeast(ref arrived[id], at);
        }
    }
}
