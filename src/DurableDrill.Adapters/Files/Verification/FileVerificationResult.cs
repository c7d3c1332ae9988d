using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>How two files of ids are compared.</summary>
public sealed record FileVerificationOptions
{
    /// <summary>Whether duplicated ids fail (exactly-once, at-most-once) or are told (at-least-once).</summary>
    public Guarantee Guarantee { get; init; } = Guarantee.ExactlyOnce;

    /// <summary>At most this many intervals of a class are in the result; 1 or more, default 100.</summary>
    public int MaxIntervals { get; init; } = 100;

    /// <summary>Where classes that have more are written in full, as CLASS.ids (docs/id-list-format.md); null: nowhere.</summary>
    public string? IdsFolder { get; init; }
}

/// <summary>What the comparison of two files of ids says. Counts are of distinct ids.</summary>
public sealed record FileVerificationResult
{
    /// <summary>Passed, failed, or, when nothing was expected, inconclusive.</summary>
    public required IntegrityStatus Status { get; init; }

    /// <summary>Why it is not passed, one line each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Ids in the file of expected ids.</summary>
    public required long Expected { get; init; }

    /// <summary>Expected ids that are in the other file.</summary>
    public required long Delivered { get; init; }

    /// <summary>Expected ids that are not.</summary>
    public required long Lost { get; init; }

    /// <summary>Ids, expected or not, that the other file holds more than once.</summary>
    public required long Duplicated { get; init; }

    /// <summary>Ids of the other file that nobody expected.</summary>
    public required long Unexpected { get; init; }

    /// <summary>Ids that were expected more than once; they count once.</summary>
    public required long ExpectedTwice { get; init; }

    /// <summary>Lines without an id, in both files; they are skipped.</summary>
    public required long EmptyLines { get; init; }

    /// <summary>The ids of delivered, lost, duplicated and unexpected.</summary>
    public required IReadOnlyDictionary<IdClass, ClassIds> Classes { get; init; }
}
