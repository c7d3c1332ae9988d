using System.Globalization;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Sources;

/// <summary>
/// What every kind of probe has in common: values that mean "unknown" are gaps, a value that no longer moves is a gap, and units are made to fit.
/// </summary>
internal sealed class KnownValues(IProbe inner, IReadOnlySet<double> unknown, TimeSpan? maxAge, double scale, TimeProvider time) : IProbe
{
    private double last = double.NaN;
    private long movedAt;

    /// <summary>Reads unknown, max_age and scale; the probe itself when none is given.</summary>
    public static IProbe Of(SourceOptions options, IProbe inner, TimeProvider time)
    {
        var unknown = new HashSet<double>();
        foreach (var text in options.Optional("unknown")?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                unknown.Add(value);
            }
            else
            {
                options.Wrong("unknown", $"holds \"{text}\"; allowed: numbers, with commas");
            }
        }

        var maxAge = options.Duration("max_age");
        var scale = options.Decimal("scale") ?? 1;
        return unknown.Count == 0 && maxAge is null && scale == 1 ? inner : new KnownValues(inner, unknown, maxAge, scale, time);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var reading = await inner.ReadAsync(cancellation);
        if (unknown.Contains(reading.Value))
        {
            throw new ProbeException($"the source says {reading.Value.ToString(CultureInfo.InvariantCulture)}, which means unknown");
        }

        var now = time.GetTimestamp();
        if (reading.Value != last)
        {
            last = reading.Value;
            movedAt = now;
        }
        else if (time.GetElapsedTime(movedAt, now) > maxAge)
        {
            throw new ProbeException(string.Create(
                CultureInfo.InvariantCulture, $"the source has said {last} for {time.GetElapsedTime(movedAt, now).TotalSeconds:0} s: it no longer moves"));
        }

        return reading with { Value = reading.Value * scale };
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
