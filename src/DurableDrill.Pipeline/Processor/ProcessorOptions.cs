using DurableDrill.Pipeline.Hosting;

namespace DurableDrill.Pipeline.Processor;

/// <summary>What the processor promises of each order.</summary>
internal enum Mode
{
    /// <summary>Offsets in the same transaction as the rows.</summary>
    ExactlyOnce,

    /// <summary>Rows first, offsets later.</summary>
    AtLeastOnce,

    /// <summary>Offsets first, rows later.</summary>
    AtMostOnce,
}

/// <summary>Where a processor begins after it was started.</summary>
internal enum StartFrom
{
    /// <summary>Where it was.</summary>
    Stored,

    /// <summary>At the end of the topic, though it has been further back: what came between is skipped.</summary>
    Latest,

    /// <summary>At the beginning of the topic: everything is written again.</summary>
    Beginning,
}

/// <summary>How a processor works; the command line gives the defaults.</summary>
internal sealed record ProcessorOptions
{
    /// <summary>Where orders come from.</summary>
    public required Topic Topic { get; init; }

    /// <summary>The consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>This instance's name; two instances have two.</summary>
    public required string Instance { get; init; }

    /// <summary>Npgsql connection string, password included.</summary>
    public required string Postgres { get; init; }

    /// <summary>What is promised.</summary>
    public required Mode Mode { get; init; }

    /// <summary>At-least-once: offsets are committed this often, and those of the interval before.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>At-most-once: how long after the offsets the rows are written.</summary>
    public TimeSpan WriteDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When the group gives a silent member up.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Most orders written at once.</summary>
    public int MaxBatch { get; init; } = 2000;

    /// <summary>A batch that cannot be written is dropped, and the offsets go on.</summary>
    public bool SwallowSinkErrors { get; init; }

    /// <summary>Where it begins after it was started.</summary>
    public StartFrom StartFrom { get; init; }
}
