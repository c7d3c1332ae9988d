namespace DurableDrill.Signals;

/// <summary>Statistics that a few wild readings do not move.</summary>
public static class RobustStatistics
{
    /// <summary>Makes the median absolute deviation an estimate of a normal distribution's standard deviation: 1 / Φ⁻¹(3/4).</summary>
    public const double MadToSd = 1.4826;

    /// <summary>The middle value (of an even number of values: the mean of the two in the middle); NaN of none.</summary>
    public static double Median(IEnumerable<double> values) => Quantile(Sorted(values), 0.5);

    /// <summary>1.4826 times the median absolute deviation from the median; NaN of none.</summary>
    public static double RobustSd(IReadOnlyCollection<double> values)
    {
        var median = Median(values);
        return MadToSd * Median(values.Select(v => Math.Abs(v - median)));
    }

    /// <summary>
    /// The quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan, 1996, as in R and NumPy); NaN of none.
    /// </summary>
    /// <param name="sorted">In ascending order.</param>
    /// <param name="q">0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double q)
    {
        if (sorted.Count == 0)
        {
            return double.NaN;
        }

        var at = q * (sorted.Count - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>A sorted copy.</summary>
    public static double[] Sorted(IEnumerable<double> values)
    {
        double[] copy = [.. values];
        Array.Sort(copy);
        return copy;
    }
}
