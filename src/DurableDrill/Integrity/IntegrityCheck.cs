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
    private const int RecordsBetweenLooks = 1 << 16;

    /// <summary>
    /// Reads the expected ids, the topic, then the sink. What the sink has and nobody expected may have been produced meanwhile:
    /// then the expected ids are read once more, for those ids only.
    /// </summary>
    public static async Task<IntegrityEvidence> ReadAsync(IntegritySources sources, IntegrityRules rules, CancellationToken cancellation) =>
        await ReadAsync(sources, rules, new Share(IdSlice.All, long.MaxValue, new()), cancellation);

    /// <summary>Reads a share of the ids in bounded memory: the sources are read whole, the ids of other shares are let go.</summary>
    /// <param name="sources">Where ids are.</param>
    /// <param name="rules">What counts.</param>
    /// <param name="slice">Which ids.</param>
    /// <param name="maxBytes">How much evidence may be held. Judging takes two to three times as much again.</param>
    /// <param name="cancellation">Nothing was changed.</param>
    /// <returns>Null: it became more than that, and reading has stopped.</returns>
    public static async Task<IntegrityEvidence?> ReadAsync(
        IntegritySources sources, IntegrityRules rules, IdSlice slice, long maxBytes, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(sources, rules, new Share(slice, maxBytes, new()), cancellation);
        }
        catch (TooLargeException)
        {
            return null;
        }
    }

    private static async Task<IntegrityEvidence> ReadAsync(IntegritySources sources, IntegrityRules rules, Share share, CancellationToken cancellation)
    {
        var evidence = share.Evidence;
        sources = await WithoutAbsentAsync(sources, cancellation);
        var isTopic = sources.Topic == sources.Expected;
        await ReadExpectedAsync(share, sources.Expected, isTopic, rules, only: null, cancellation);
        if (sources.Topic is { } topic && !isTopic)
        {
            await ReadTopicAsync(share, topic, rules, cancellation);
        }

        await ReadSinkAsync(share, sources.Actual, rules, cancellation);
        var unexpected = evidence.Sink.Except(evidence.Attempted);
        if (evidence.ExpectedComplete && unexpected.Count > 0)
        {
            await ReadExpectedAsync(share, sources.Expected, isTopic, rules, only: unexpected, cancellation);
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
        Share share, IIdSource source, bool isTopic, IntegrityRules rules, IdSet? only, CancellationToken cancellation)
    {
        var evidence = share.Evidence;
        try
        {
            var traits = await source.DescribeAsync(cancellation);
            traits = traits with { IsTopic = traits.IsTopic || isTopic };
            evidence.ExpectedComesFrom(traits);
            await ReadAllAsync(share, source, record =>
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

    private static async Task ReadTopicAsync(Share share, IIdSource source, IntegrityRules rules, CancellationToken cancellation)
    {
        var evidence = share.Evidence;
        try
        {
            evidence.TopicIsRead();
            await ReadAllAsync(share, source, record => evidence.SawInTopic(record, rules), cancellation);
        }
        catch (IdSourceException error)
        {
            evidence.CannotReadTopic(error.Message);
        }
    }

    private static async Task ReadSinkAsync(Share share, IIdSource source, IntegrityRules rules, CancellationToken cancellation)
    {
        var evidence = share.Evidence;
        try
        {
            evidence.SinkIs(await source.DescribeAsync(cancellation));
            await ReadAllAsync(share, source, record => evidence.SawInSink(record, rules), cancellation);
        }
        catch (IdSourceException error)
        {
            evidence.CannotReadSink(error.Message);
        }
    }

    private static async Task ReadAllAsync(Share share, IIdSource source, Action<IdRecord> saw, CancellationToken cancellation)
    {
        var untilLook = RecordsBetweenLooks;
        await ReadAllAsync(source, record =>
        {
            if (!share.Slice.Holds(record.Id))
            {
                return;
            }

            saw(record);
            if (--untilLook == 0)
            {
                untilLook = RecordsBetweenLooks;
                if (share.Evidence.Bytes > share.MaxBytes)
                {
                    throw new TooLargeException();
                }
            }
        }, cancellation);
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

    private sealed record Share(IdSlice Slice, long MaxBytes, IntegrityEvidence Evidence);

    private sealed class TooLargeException : Exception;
}
