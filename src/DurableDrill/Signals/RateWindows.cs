namespace DurableDrill.Signals;

/// <summary>A rate over a window that begins at one reading and ends at the first reading at least the window's length later.</summary>
/// <param name="Before">The reading before the window; the window's own first where there is none.</param>
/// <param name="Readings">The readings of the window, first to last.</param>
public readonly record struct RateWindow(Reading Before, IReadOnlyList<Reading> Readings)
{
    /// <summary>Events a second.</summary>
    public double Rate => (Readings[^1].Value - Readings[0].Value) / (Readings[^1].At - Readings[0].At).TotalSeconds;
}

/// <summary>Cuts the readings of a counter, as they come, into one forward window for each reading.</summary>
/// <param name="length">The shortest window; more than zero.</param>
public sealed class RateWindows(TimeSpan length)
{
    private readonly List<Reading> readings = [];
    private Reading? before;

    /// <summary>The next reading; returns the windows that it completes.</summary>
    public IEnumerable<RateWindow> Next(Reading reading)
    {
        readings.Add(reading);
        while (readings.Count > 1 && reading.At - readings[0].At >= length)
        {
            var first = readings[0];
            yield return new(before ?? first, readings);
            before = first;
            readings.RemoveAt(0);
        }
    }

    /// <summary>Forgets what it has: no window spans a reset.</summary>
    public void Clear()
    {
        readings.Clear();
        before = null;
    }
}
