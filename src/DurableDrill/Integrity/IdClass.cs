namespace DurableDrill.Integrity;

/// <summary>
/// What became of an id. Each expected id has exactly one outcome, from <see cref="Delivered"/> to <see cref="Undetermined"/>;
/// the others are marks on top, and <see cref="Unexpected"/> is for ids that nobody expected.
/// </summary>
public enum IdClass
{
    /// <summary>Outcome: attempted, and in the sink.</summary>
    Delivered,

    /// <summary>Outcome: the producer never heard of it (unknown), and it is in the sink.</summary>
    Recovered,

    /// <summary>Outcome: acknowledged, or read in the topic, and not in the sink.</summary>
    Lost,

    /// <summary>Outcome: failed or unknown, nowhere seen, and not in the sink. Told, never called lost.</summary>
    NotDelivered,

    /// <summary>Outcome: no conclusive reading.</summary>
    Undetermined,

    /// <summary>Mark: in the sink, or written to it, more than once, and more often than before the first fault.</summary>
    Duplicated,

    /// <summary>Mark: it arrived, late. A cost, not a loss.</summary>
    Deferred,

    /// <summary>Mark on a lost id: there after a later replay.</summary>
    Healed,

    /// <summary>Mark: one id, two contents.</summary>
    Conflicting,

    /// <summary>In the sink, and never attempted.</summary>
    Unexpected,

    /// <summary>Mark: in the sink more than once, and as often before the first fault: told, and not this drill's doing.</summary>
    DuplicatedBefore,

    /// <summary>Mark on a duplicated id: it is in the topic more than once, so that it was doubled on the way there and not behind it.</summary>
    DuplicatedInTopic,
}

/// <summary>Where a lost id vanished.</summary>
public enum LossPlace
{
    /// <summary>Not in the topic, and no broker ever acknowledged it: the producer's own count is all there is.</summary>
    Producer,

    /// <summary>Acknowledged by the broker, and not in the topic.</summary>
    Topic,

    /// <summary>In the topic, and never seen in the sink.</summary>
    Processor,

    /// <summary>Seen in the sink by an earlier reading, and gone.</summary>
    Sink,

    /// <summary>After the producer; the topic was not read, so no more can be said.</summary>
    NotLocated,
}
