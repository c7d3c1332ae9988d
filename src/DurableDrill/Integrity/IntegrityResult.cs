using DurableDrill.Targets;

namespace DurableDrill.Integrity;

/// <summary>What the comparison of ids says; small, whatever the number of ids, and stable as JSON.</summary>
public sealed record IntegrityResult
{
    /// <summary>The verdict (<c>data_integrity_check.status</c>).</summary>
    public required IntegrityStatus Status { get; init; }

    /// <summary>Why it is not passed, one line each; what a reader should know beside it goes to <see cref="NotObservable"/>.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>What nobody could see, one line each: neither zero nor a pass.</summary>
    public required IReadOnlyList<string> NotObservable { get; init; }

    /// <summary>What the pipeline promises.</summary>
    public required Guarantee Guarantee { get; init; }

    /// <summary>Distinct ids that were expected: the sum of the five outcomes.</summary>
    public required long Expected { get; init; }

    /// <summary>Distinct ids in the topic (<c>data_integrity_check.messages_in_topic</c>); null: the topic was not read.</summary>
    public long? MessagesInTopic { get; init; }

    /// <summary>Distinct ids in the sink; null: it could not be read.</summary>
    public long? InSink { get; init; }

    /// <summary>Count and ids of each class; a class that was not observable is not there.</summary>
    public required IReadOnlyDictionary<IdClass, ClassIds> Classes { get; init; }

    /// <summary>The lost ids by the place where they vanished and the fault under which they were produced.</summary>
    public required IReadOnlyList<LossGroup> Losses { get; init; }

    /// <summary>How many ids are of a class; null: not observable.</summary>
    public long? CountOf(IdClass idClass) => Classes.TryGetValue(idClass, out var ids) ? ids.Count : null;
}

/// <summary>What the ids prove.</summary>
public enum IntegrityStatus
{
    /// <summary>Every expected id is accounted for, as the guarantee says.</summary>
    Passed,

    /// <summary>At least one id breaks the guarantee.</summary>
    Failed,

    /// <summary>Nothing breaks it, and not everything that decides could be seen.</summary>
    Inconclusive,
}

/// <summary>The ids of a class, capped.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Intervals">The first of them, in order.</param>
/// <param name="Truncated">Whether there are more than <paramref name="Intervals"/> says.</param>
/// <param name="File">Where all of them are, one interval a line; null: nowhere else.</param>
public sealed record ClassIds(long Count, IReadOnlyList<IdInterval> Intervals, bool Truncated = false, string? File = null);

/// <summary>Consecutive ids: the same prefix, the same number of digits (or natural numbers), numbers without a hole.</summary>
/// <param name="First">The first id.</param>
/// <param name="Last">The last id; the same for a single one.</param>
/// <param name="Count">1 or more.</param>
public readonly record struct IdInterval(string First, string Last, long Count);

/// <summary>Lost ids with a common story.</summary>
/// <param name="Where">Where they vanished.</param>
/// <param name="Fault">The fault in whose window they were produced; null: in none, or the time is not known.</param>
/// <param name="Count">1 or more.</param>
/// <param name="Intervals">The first of them, in order.</param>
public sealed record LossGroup(LossPlace Where, string? Fault, long Count, IReadOnlyList<IdInterval> Intervals);
