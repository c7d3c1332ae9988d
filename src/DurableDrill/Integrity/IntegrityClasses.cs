namespace DurableDrill.Integrity;

/// <summary>
/// The class of every id, by set algebra. An expected id is one that was attempted; it "certainly reached the broker" when that was acknowledged
/// or it was read in the topic.
/// </summary>
public sealed class IntegrityClasses
{
    private readonly IntegrityEvidence evidence;
    private readonly IdSet solid;

    private IntegrityClasses(IntegrityEvidence evidence, IntegrityRules rules)
    {
        this.evidence = evidence;
        Expected = evidence.Attempted;
        solid = evidence.Topic is { } topic ? evidence.Acknowledged.Union(topic.Intersect(Expected)) : evidence.Acknowledged;
        var inDoubt = evidence.Unknown.Except(evidence.Acknowledged);
        var present = Expected.Intersect(evidence.Sink);
        var absent = Expected.Except(evidence.Sink);
        var none = new IdSet();
        var conclusive = evidence.SinkComplete && rules.NotQuiet is null;
        var never = evidence.Failed.Except(evidence.Unknown).Except(solid);

        Sets = new SortedDictionary<IdClass, IdSet>
        {
            [IdClass.Delivered] = present.Except(inDoubt),
            [IdClass.Recovered] = present.Intersect(inDoubt),
            [IdClass.Lost] = conclusive ? absent.Intersect(solid) : none,
            [IdClass.NotDelivered] = conclusive ? absent.Except(solid) : absent.Intersect(never),
            [IdClass.Undetermined] = conclusive ? none : absent.Except(never),
            [IdClass.Conflicting] = evidence.Conflicting,
        };
        Sets[IdClass.Healed] = Lost.Intersect(evidence.SinkLater);
        if (evidence.ShowsDuplicates)
        {
            Sets[IdClass.Duplicated] = evidence.SinkTwice;
            if (rules.WrittenBefore is { } known)
            {
                var before = evidence.SinkTwice.Intersect(IdSet.Of(evidence.WritesOfRepeated.Where(id => id.Value <= known[id.Key]).Select(id => id.Key)));
                Sets[IdClass.Duplicated] = evidence.SinkTwice.Except(before);
                Sets[IdClass.DuplicatedBefore] = before;
            }

            if (evidence.Topic is not null && evidence.TopicComplete)
            {
                Sets[IdClass.DuplicatedInTopic] = Sets[IdClass.Duplicated].Intersect(evidence.TopicTwice);
            }
        }

        if (rules.LateAfter is { } after)
        {
            Sets[IdClass.Deferred] = evidence.Late(after).Intersect(Expected);
        }

        if (evidence.ExpectedComplete)
        {
            Sets[IdClass.Unexpected] = evidence.Sink.Except(Expected);
        }
    }

    /// <summary>All that was attempted: the union of the five outcomes, which have no id in common.</summary>
    public IdSet Expected { get; }

    /// <summary>The ids of each class; a class that cannot be observed is not there.</summary>
    public IDictionary<IdClass, IdSet> Sets { get; }

    private IdSet Lost => Sets[IdClass.Lost];

    /// <summary>Sorts the ids of the evidence into their classes.</summary>
    public static IntegrityClasses Of(IntegrityEvidence evidence, IntegrityRules rules) => new(evidence, rules);

    /// <summary>The lost ids, by where they vanished and under which fault they were produced; each in one group.</summary>
    public IEnumerable<(LossPlace Where, string? Fault, IdSet Ids)> Losses(IntegrityRules rules)
    {
        var faults = rules.FaultOrder;
        foreach (var (where, ids) in Places())
        {
            var left = ids;
            foreach (var fault in faults)
            {
                var under = evidence.ProducedUnder.TryGetValue(fault, out var produced) ? left.Intersect(produced) : new();
                if (under.Count > 0)
                {
                    yield return (where, fault, under);
                    left = left.Except(under);
                }
            }

            if (left.Count > 0)
            {
                yield return (where, null, left);
            }
        }
    }

    private IEnumerable<(LossPlace Where, IdSet Ids)> Places()
    {
        yield return (LossPlace.Sink, Lost.Intersect(evidence.SinkEarlier));
        var left = Lost.Except(evidence.SinkEarlier);
        if (evidence.Topic is not { } topic)
        {
            yield return (LossPlace.NotLocated, left);
            yield break;
        }

        yield return (LossPlace.Processor, left.Intersect(topic));
        left = left.Except(topic);
        // A counter says what the producer sent, not what the broker has.
        yield return (!evidence.TopicComplete ? LossPlace.NotLocated : evidence.KnowsAttempts ? LossPlace.Topic : LossPlace.Producer, left);
    }
}
