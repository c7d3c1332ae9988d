namespace DurableDrill.Adapters.Tests.Sources;

/// <summary>A clock that stands where it is put.</summary>
internal sealed class MovedTime : TimeProvider
{
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;
}
