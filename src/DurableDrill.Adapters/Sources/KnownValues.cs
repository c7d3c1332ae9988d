using System.Globalization;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Sources;

/// <summary>
/// What every kind of probe has in common: one caller at a time, however many ask; values that mean "unknown" are gaps; a value that no longer moves
/// is a gap; and units are made to fit.
/// </summary>
internal sealed class KnownValues(IProbe inner, IReadOnlySet<double> unknown, TimeSpan? maxAge, double scale, TimeProvider time) : IProbe, IServerClock, IServerJournal
{
    private readonly SemaphoreSlim gate = new(1);
    private double last = double.NaN;
    private long movedAt;

    /// <summary>Reads unknown, max_age and scale; decides is for the rules, and only checked here.</summary>
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

        options.Flag("decides", fallback: true);
        // A file tells its age itself.
        return new KnownValues(inner, unknown, options.Kind == "file" ? null : options.Duration("max_age"), options.Decimal("scale") ?? 1, time);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        var reading = await AloneAsync(() => inner.ReadAsync(cancellation).AsTask(), cancellation);
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

    public async Task<ClockOffset?> ReadOffsetAsync(CancellationToken cancellation) => inner is IServerClock clock
        ? await AloneAsync(() => clock.ReadOffsetAsync(cancellation), cancellation)
        : null;

    public async Task<IReadOnlyList<string>> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellation) => inner is IServerJournal journal
        ? await AloneAsync(() => journal.ReadSinceAsync(since, cancellation), cancellation)
        : [];

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<T> AloneAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return await ask();
        }
        finally
        {
            gate.Release();
        }
    }
}
