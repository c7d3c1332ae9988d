namespace DurableDrill.Signals;

/// <summary>
/// By how much a server's clock is ahead of this machine's, as an interval: a server that was asked between <c>before</c> and <c>after</c>
/// (this machine's clock) and answered with its own time is ahead by at least <c>server - after</c> and at most <c>server - before</c>
/// (Cristian's algorithm). Its times, less the offset, are this machine's.
/// </summary>
/// <param name="AtLeastSeconds">Lower end, seconds; negative when the server's clock may be behind.</param>
/// <param name="AtMostSeconds">Upper end, seconds.</param>
public sealed record ClockOffset(double AtLeastSeconds, double AtMostSeconds)
{
    /// <summary>By how much the clocks certainly differ, seconds: zero where they may be the same.</summary>
    public double CertainSeconds => Math.Max(0, Math.Max(AtLeastSeconds, -AtMostSeconds));

    /// <summary>By how much two of these clocks and this machine's certainly differ; zero where they may all be the same.</summary>
    public static TimeSpan MostCertain(IEnumerable<ClockOffset> clocks) =>
        TimeSpan.FromSeconds(clocks.Select(clock => clock.CertainSeconds).DefaultIfEmpty().Max());

    /// <summary>The offset that one question shows.</summary>
    /// <param name="before">When it was asked.</param>
    /// <param name="server">What the server said.</param>
    /// <param name="after">When the answer was there.</param>
    /// <param name="resolution">What the server's time may have been rounded down by, or be old: 2 s for an HTTP Date header.</param>
    public static ClockOffset Of(DateTimeOffset before, DateTimeOffset server, DateTimeOffset after, TimeSpan resolution = default) =>
        new((server - after).TotalSeconds, (server + resolution - before).TotalSeconds);

    /// <summary>What holds by both; the narrower one where they contradict each other, for then the clock moved in between.</summary>
    public ClockOffset Narrow(ClockOffset other)
    {
        var both = new ClockOffset(Math.Max(AtLeastSeconds, other.AtLeastSeconds), Math.Min(AtMostSeconds, other.AtMostSeconds));
        return both.AtLeastSeconds <= both.AtMostSeconds ? both
            : AtMostSeconds - AtLeastSeconds <= other.AtMostSeconds - other.AtLeastSeconds ? this
            : other;
    }
}

/// <summary>A probe whose server can be asked for its time.</summary>
public interface IServerClock
{
    /// <summary>The offset now; null when the server cannot be asked.</summary>
    Task<ClockOffset?> ReadOffsetAsync(CancellationToken cancellation);
}
