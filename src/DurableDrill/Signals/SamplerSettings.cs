namespace DurableDrill.Signals;

/// <summary>How often and how patiently probes are read.</summary>
public sealed record SamplerSettings
{
    /// <summary>From one reading of a probe to its next. More than zero; default 250 ms.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A reading that takes longer is a gap. More than zero; default 1 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the probes are still read after a burst, so that the next burst joins without a hole. Bounds what is kept in
    /// memory between bursts. Default 5 s.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);
}
