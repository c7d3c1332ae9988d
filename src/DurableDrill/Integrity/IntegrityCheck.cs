namespace DurableDrill.Integrity;

/// <summary>The sources of a comparison.</summary>
/// <param name="Expected">What was produced: a ledger, or what stands in for one.</param>
/// <param name="Topic">The topic between producer and processor, to say where a loss happened; null: not looked at.</param>
/// <param name="Actual">What arrived.</param>
public sealed record IntegritySources(IIdSource Expected, IIdSource? Topic, IIdSource Actual);

/// <summary>
/// Reads expected and actual ids, streamed, into evidence. A source that cannot be read makes the evidence incomplete, so that its
/// verdict is never passed. Memory: the compressed sets; 8 bytes more an id where contents are compared, 16 more where lateness is.
/// </summary>
public static class IntegrityCheck
{
    /// <summary>
    /// Reads the expected ids, the topic, then the sink. What the sink has and nobody expected may have been produced meanwhile:
    /// then the expected ids are read once more, for those ids only.
    /// </summary>
    public static async Task<IntegrityEvidence> ReadAsync(IntegritySources sources, IntegrityRules rules, CancellationToken cancellation)
    {
        var evidence = new IntegrityEvidence();
        sources = await WithoutAbsentAsync(sources, cancellation);
        await ReadExpectedAsync(evidence, sources.Expected, rules, only: null, cancellation);
        if (sources.Topic is { } topic && topic != sources.Expected)
        {
            await ReadTopicAsync(evidence, topic, rules, cancellation);
        }

        await ReadSinkAsync(evidence, sources.Actual, rules, cancellation);
        var unexpected = evidence.Sink.Except(evidence.Attempted);
        if (evidence.ExpectedComplete && unexpected.Count > 0)
        {
            await ReadExpectedAsync(evidence, sources.Expected, rules, only: unexpected, cancellation);
        }

        evidence.Compact();
        return evidence;
    }

    /// <summary>Reads the sink once more, after the reading that counts: what was lost then and is there now has healed.</summary>
    /// <exception cref="IdSourceException">The sink cannot be read.</exception>
    public static Task ReadLaterAsync(IntegrityEvidence evidence, IIdSource actual, CancellationToken cancellation) =>
        ReadAllAsync(actual, record => evidence.SinkLater.Add(record.Id), cancellation);

    /// <summary>Reads the sink before the reading that counts: what is there now and lost then vanished in the sink.</summary>
    /// <exception cref="IdSourceException">The sink cannot be read.</exception>
    public static Task ReadEarlierAsync(IntegrityEvidence evidence, IIdSource actual, CancellationToken cancellation) =>
        ReadAllAsync(actual, record => evidence.SinkEarlier.Add(record.Id), cancellation);

    private static async Task<IntegritySources> WithoutAbsentAsync(IntegritySources sources, CancellationToken cancellation)
    {
        var absent = false;
        try
        {
            absent = (await sources.Expected.DescribeAsync(cancellation)).IsAbsent;
        }
        catch (IdSourceException)
        {
            // Reading it will say so.
        }

        return absent && sources.Topic is { } topic ? sources with { Expected = topic } : sources;
    }

    private static async Task ReadExpectedAsync(
        IntegrityEvidence evidence, IIdSource source, IntegrityRules rules, IdSet? only, CancellationToken cancellation)
    {
        try
        {
            var traits = await source.DescribeAsync(cancellation);
            evidence.ExpectedComesFrom(traits);
            await ReadAllAsync(source, record =>
            {
                if (only is null || only.Contains(record.Id))
                {
                    evidence.SawAttempt(record, rules);
                    if (traits.IsTopic)
                    {
                        evidence.SawInTopic(record, rules);
                    }
                }
            }, cancellation);
        }
        catch (IdSourceException error)
        {
            evidence.CannotReadExpected(error.Message);
        }
    }

    private static async Task ReadTopicAsync(IntegrityEvidence evidence, IIdSource source, IntegrityRules rules, CancellationToken cancellation)
    {
        try
        {
            evidence.TopicIsRead();
            await ReadAllAsync(source, record => evidence.SawInTopic(record, rules), cancellation);
        }
        catch (IdSourceException error)
        {
            evidence.CannotReadTopic(error.Message);
        }
    }

    private static async Task ReadSinkAsync(IntegrityEvidence evidence, IIdSource source, IntegrityRules rules, CancellationToken cancellation)
    {
        try
        {
            evidence.SinkIs(await source.DescribeAsync(cancellation));
            await ReadAllAsync(source, record => evidence.SawInSink(record, rules), cancellation);
        }
        catch (IdSourceException error)
        {
            evidence.CannotReadSink(error.Message);
        }
    }

    private static async Task ReadAllAsync(IIdSource source, Action<IdRecord> saw, CancellationToken cancellation)
    {
        await foreach (var batch in source.ReadAsync(cancellation))
        {
            foreach (var record in batch)
            {
                saw(record);
            }
        }
    }
}
