namespace DurableDrill.Integrity;

/// <summary>What decides a verdict, as counts: small whatever the number of ids, and those of the shares of all ids (<see cref="IdSlice"/>) add up.</summary>
public sealed record IntegrityTally
{
    /// <summary>Distinct ids that were expected.</summary>
    public required long Expected { get; init; }

    /// <summary>Distinct ids in the topic; null: it was not read, or not to its end.</summary>
    public long? InTopic { get; init; }

    /// <summary>Distinct ids in the sink; null: it was not read to its end.</summary>
    public long? InSink { get; init; }

    /// <summary>How many ids each class has; a class that cannot be observed is not there.</summary>
    public required IReadOnlyDictionary<IdClass, long> Counts { get; init; }

    /// <summary>The lost ids by their story, in order.</summary>
    public required IReadOnlyList<LossCount> Losses { get; init; }

    /// <summary>What could not be read, and why.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>What the sources cannot show, and why.</summary>
    public required IReadOnlyList<string> Blind { get; init; }

    /// <summary>Whether a second write of an id shows.</summary>
    public required bool ShowsDuplicates { get; init; }

    /// <summary>Counts evidence that has been sorted into its classes.</summary>
    public static IntegrityTally Of(IntegrityEvidence evidence, IntegrityClasses classes, IntegrityRules rules) => new()
    {
        Expected = classes.Expected.Count,
        InTopic = evidence.TopicComplete ? evidence.Topic?.Count : null,
        InSink = evidence.SinkComplete ? evidence.Sink.Count : null,
        Counts = new SortedDictionary<IdClass, long>(classes.Sets.ToDictionary(entry => entry.Key, entry => entry.Value.Count)),
        Losses = [.. classes.Losses(rules).Select(loss => new LossCount(loss.Where, loss.Fault, loss.Ids.Count))],
        Unreadable = [.. evidence.Unreadable],
        Blind = [.. evidence.Blind],
        ShowsDuplicates = evidence.ShowsDuplicates,
    };

    /// <summary>The tally of all shares together. What one of them could not see, all of them could not.</summary>
    /// <param name="shares">One or more, of one comparison.</param>
    /// <param name="rules">As each share was counted by.</param>
    public static IntegrityTally Merge(IReadOnlyList<IntegrityTally> shares, IntegrityRules rules) => new()
    {
        Expected = shares.Sum(share => share.Expected),
        InTopic = shares.Any(share => share.InTopic is null) ? null : shares.Sum(share => share.InTopic),
        InSink = shares.Any(share => share.InSink is null) ? null : shares.Sum(share => share.InSink),
        Counts = new SortedDictionary<IdClass, long>(Enum.GetValues<IdClass>()
            .Where(idClass => shares.All(share => share.Counts.ContainsKey(idClass)))
            .ToDictionary(idClass => idClass, idClass => shares.Sum(share => share.Counts[idClass]))),
        Losses = [.. shares.SelectMany(share => share.Losses)
            .GroupBy(loss => (loss.Where, loss.Fault))
            .Select(story => new LossCount(story.Key.Where, story.Key.Fault, story.Sum(loss => loss.Count)))
            .OrderBy(loss => PlaceOf(loss.Where))
            .ThenBy(loss => rules.IndexOf(loss.Fault))],
        Unreadable = [.. shares.SelectMany(share => share.Unreadable).Distinct().Order(StringComparer.Ordinal)],
        Blind = [.. shares.SelectMany(share => share.Blind).Distinct().Order(StringComparer.Ordinal)],
        ShowsDuplicates = shares.All(share => share.ShowsDuplicates),
    };

    /// <summary>Backwards through the pipeline, as a single reading tells them.</summary>
    private static int PlaceOf(LossPlace where) => where switch
    {
        LossPlace.Sink => 0,
        LossPlace.Processor => 1,
        _ => 2,
    };
}

/// <summary>How many lost ids have a story in common.</summary>
/// <param name="Where">Where they vanished.</param>
/// <param name="Fault">The fault in whose window they were produced; null: in none, or the time is not known.</param>
/// <param name="Count">1 or more.</param>
public sealed record LossCount(LossPlace Where, string? Fault, long Count);
