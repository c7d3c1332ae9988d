namespace DurableDrill.Local.Runtime;

/// <summary>What became of an instance that had not ended when the runtime started.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Detail">Why, for people; empty when resumed.</param>
internal sealed record ResumeOutcome(string Id, ResumeResult Result, string Detail);

internal enum ResumeResult
{
    /// <summary>It goes on.</summary>
    Resumed,

    /// <summary>Another process runs it.</summary>
    RunsElsewhere,

    /// <summary>Its history was begun by another version of the workflow. It is left alone: let that version finish it, or terminate it.</summary>
    OtherVersion,

    /// <summary>The version is right, but the code does something else than its history says. It has failed for good.</summary>
    NonDeterministic,

    /// <summary>Its history is damaged. It is left alone.</summary>
    Unreadable,
}
