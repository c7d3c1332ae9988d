namespace DurableDrill.Recovery;

/// <summary>What the rule of recovery is told.</summary>
public sealed record RecoveryOptions
{
    /// <summary>How long every signal must stay in its band. More than zero; default 5 s. Longer where the rate window is longer.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the last revert recovery is awaited. More than zero; default 120 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>By how much the clocks that stamp readings may differ; widens every instant on both sides. Zero or more; default zero.</summary>
    public TimeSpan ClockOffset { get; init; } = TimeSpan.Zero;
}
