namespace DurableDrill.Integrity;

/// <content>How evidence grows while sources are read.</content>
public sealed partial class IntegrityEvidence
{
    internal void ExpectedComesFrom(IdSourceTraits traits)
    {
        KnowsAttempts &= traits.KnowsAttempts;
        if (traits.IsTopic)
        {
            TopicIsRead();
            blind.Add($"loss before the topic: no ledger says what the producer attempted, so {traits.Name} stands for it");
        }
    }

    internal void SinkIs(IdSourceTraits traits)
    {
        if (!traits.ShowsDuplicates)
        {
            ShowsDuplicates = false;
            blind.Add($"duplicates: {traits.Name} keeps one row of each id and does not count its writes");
        }
    }

    internal void TopicIsRead() => Topic ??= new();

    internal void CannotReadExpected(string why)
    {
        ExpectedComplete = false;
        unreadable.Add($"the expected ids: {why}");
    }

    internal void CannotReadTopic(string why)
    {
        TopicComplete = false;
        unreadable.Add($"the topic: {why}");
    }

    internal void CannotReadSink(string why)
    {
        SinkComplete = false;
        unreadable.Add($"the sink: {why}");
    }

    internal void SawAttempt(in IdRecord record, IntegrityRules rules)
    {
        var outcome = record.Outcome switch
        {
            Outcome.Acknowledged => Acknowledged,
            Outcome.Failed => Failed,
            _ => Unknown,
        };
        outcome.Add(record.Id);
        SawProduced(record, rules);
    }

    internal void SawInTopic(in IdRecord record, IntegrityRules rules)
    {
        if (!Topic!.Add(record.Id))
        {
            TopicTwice.Add(record.Id);
        }

        SawProduced(record, rules);
    }

    internal void SawInSink(in IdRecord record, IntegrityRules rules)
    {
        if (!Sink.Add(record.Id) || record.Writes > 1)
        {
            SinkTwice.Add(record.Id);
        }

        if (rules.WrittenBefore?.ContainsKey(record.Id) == true)
        {
            writesOfRepeated[record.Id] = writesOfRepeated.GetValueOrDefault(record.Id) + record.Writes;
        }

        if (record.Content is { } content)
        {
            SawContent(record.Id, (long)content);
        }

        if (rules.LateAfter is not null && record.At is { } at)
        {
            KeepLeast(ref arrived[record.Id], at.UtcTicks);
        }
    }

    internal void Compact()
    {
        foreach (var set in Sets)
        {
            set?.Compact();
        }
    }

    private void SawProduced(in IdRecord record, IntegrityRules rules)
    {
        if (record.Content is { } content)
        {
            SawContent(record.Id, (long)content);
        }

        if (record.At is not { } at)
        {
            return;
        }

        if (rules.LateAfter is not null)
        {
            KeepLeast(ref produced[record.Id], at.UtcTicks);
        }

        if (rules.FaultAt(at) is { } fault)
        {
            if (!producedUnder.TryGetValue(fault, out var ids))
            {
                producedUnder.Add(fault, ids = new());
            }

            ids.Add(record.Id);
        }
    }

    private void SawContent(string id, long content)
    {
        // In the map, 0 is "none yet".
        content = content == 0 ? 1 : content;
        ref var known = ref contents[id];
        if (known != 0 && known != content)
        {
            Conflicting.Add(id);
        }

        KeepLeast(ref known, content);
    }

    /// <summary>The least of all that were seen, whatever the order of reading, so that parts merge.</summary>
    private static void KeepLeast(ref long known, long value) => known = known == 0 ? value : Math.Min(known, value);
}
