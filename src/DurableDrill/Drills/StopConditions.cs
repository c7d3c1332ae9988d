using DurableDrill.Plans;
using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>Bounds that end a drill when a burst of readings violates them: the last value of a gauge, the rate of a counter.</summary>
internal static class StopConditions
{
    /// <summary>The first bound that does not hold, in words; null when all do, or nothing could be read.</summary>
    public static string? FirstViolated(IReadOnlyList<Bound> bounds, IReadOnlyList<Sample> samples)
    {
        foreach (var bound in bounds)
        {
            var readings = samples.Where(sample => sample.Signal == bound.Signal && sample.Value is not null).OrderBy(sample => sample.TakenAt).ToList();
            if (ValueOf(bound.Signal, readings) is not { } value)
            {
                continue;
            }

            if (value < bound.Min)
            {
                return $"{bound.Signal} is {value:0.###}, and must be at least {bound.Min:0.###}";
            }

            if (value > bound.Max)
            {
                return $"{bound.Signal} is {value:0.###}, and must be at most {bound.Max:0.###}";
            }
        }

        return null;
    }

    private static double? ValueOf(string signal, List<Sample> readings)
    {
        if (readings.Count == 0)
        {
            return null;
        }

        if (SignalNames.KindOf(signal) != SignalKind.Counter)
        {
            return readings[^1].Value;
        }

        var seconds = (readings[^1].TakenAt - readings[0].TakenAt).TotalSeconds;
        return seconds > 0 ? (readings[^1].Value - readings[0].Value) / seconds : null;
    }
}
