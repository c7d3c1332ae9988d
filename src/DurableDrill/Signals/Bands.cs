namespace DurableDrill.Signals;

/// <summary>The band rule: median ± max(3 robust standard deviations, 10 % of the median), and where it must be wider or one-sided.</summary>
internal static class Bands
{
    /// <summary>
    /// The band of a signal. Burdens have no lower edge: less backlog than usual is fine. A rate's lower edge is never under half of the
    /// median, so that however irregular a flow is, none at all is out of band; a rate may differ by one event a window, which it cannot resolve.
    /// Latency (seconds) may differ by the time between two readings: a few milliseconds more are no outage, and nothing shorter is dated.
    /// Backlog and what is in flight may differ by three standard deviations of a count (Poisson: the root of its mean), for a sampler sees few of its values.
    /// </summary>
    public static SignalBand Of(SignalKind kind, IReadOnlyCollection<double> values, double rateWindowSeconds, double cadenceSeconds)
    {
        var median = RobustStatistics.Median(values);
        var half = Math.Max(3 * RobustStatistics.RobustSd(values), 0.1 * Math.Abs(median));
        return kind switch
        {
            SignalKind.Burden => new(null, median + Math.Max(half, cadenceSeconds)),
            SignalKind.Counter => Rate(median, Math.Max(half, 1 / rateWindowSeconds)),
            SignalKind.Backlog => new(null, median + Math.Max(half, CountNoise(median))),
            SignalKind.Told => new(null, null),
            SignalKind.InFlight => Level(median, Math.Max(half, CountNoise(median))),
            _ => Level(median, half),
        };
    }

    private static double CountNoise(double median) => 3 * Math.Sqrt(Math.Max(1, Math.Abs(median)));

    private static SignalBand Rate(double median, double half) => new(Math.Max(median - half, median / 2), median + half);

    private static SignalBand Level(double median, double half) => new(median - half, median + half);
}
