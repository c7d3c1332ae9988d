using DurableDrill.Faults;

namespace DurableDrill.Recovery;

/// <summary>A length of time whose two ends are known only as intervals.</summary>
/// <param name="Seconds">From the middle of the one interval to the middle of the other, never less than 0: the number to quote.</param>
/// <param name="AtLeastSeconds">It was not shorter.</param>
/// <param name="AtMostSeconds">It was not longer.</param>
public readonly record struct Elapsed(double Seconds, double AtLeastSeconds, double AtMostSeconds)
{
    /// <summary>The time from one instant to another.</summary>
    public static Elapsed Between(Instants from, Instants to) => new(
        Math.Max(0, (to.Middle() - from.Middle()).TotalSeconds),
        Math.Max(0, (to.Earliest - from.Latest).TotalSeconds),
        Math.Max(0, (to.Latest - from.Earliest).TotalSeconds));

    /// <summary>The sum of two lengths; the bounds add up, too.</summary>
    public static Elapsed operator +(Elapsed left, Elapsed right) => new(
        left.Seconds + right.Seconds, left.AtLeastSeconds + right.AtLeastSeconds, left.AtMostSeconds + right.AtMostSeconds);
}

/// <summary>Arithmetic of instants that are intervals.</summary>
public static class InstantsMath
{
    /// <summary>The middle of the interval: the instant to quote where one number is asked for.</summary>
    public static DateTimeOffset Middle(this Instants instants) =>
        instants.Earliest + ((instants.Latest - instants.Earliest) / 2);

    /// <summary>The interval made wider on both sides, by a clock's offset for example.</summary>
    public static Instants Widen(this Instants instants, TimeSpan by) =>
        new(instants.Earliest - by, instants.Latest + by);

    /// <summary>The instant at which the later of two things happened.</summary>
    public static Instants Later(this Instants left, Instants right) => new(
        left.Earliest > right.Earliest ? left.Earliest : right.Earliest,
        left.Latest > right.Latest ? left.Latest : right.Latest);
}
