using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>
/// Whether a pipeline has gone quiet: over the last stretch of the given length, "produced" and "stored" did not move and nothing was left in the
/// backlog. A signal in a gap is not quiet, but "produced" of a producer that is frozen, and so neither answers nor produces; one that the target does
/// not have is not asked.
/// </summary>
internal static class Quiet
{
    private static readonly string[] Counters = [CanonicalSignals.Produced, CanonicalSignals.Stored];

    public static QuietResult Judge(IReadOnlyList<Sample> samples, IReadOnlyCollection<string> signals, DateTimeOffset since, TimeSpan length, bool frozen = false)
    {
        var latest = samples.Count == 0 ? since : samples.Max(sample => sample.TakenAt);
        var from = latest - length;
        if (from < since)
        {
            return new(false, "it has not been watched for long enough");
        }

        foreach (var signal in Counters.Append(CanonicalSignals.Backlog).Where(signals.Contains))
        {
            var within = samples.Where(sample => sample.Signal == signal && sample.TakenAt >= from).ToList();
            if (frozen && signal == CanonicalSignals.Produced && within.TrueForAll(sample => sample.Value is null))
            {
                continue;
            }

            if (within.Count < 2 || within.Any(sample => sample.Value is null))
            {
                return new(false, $"{signal} cannot be read: {within.LastOrDefault(sample => sample.Gap is not null).Gap ?? "no samples"}");
            }

            var (low, high) = (within.Min(sample => sample.Value!.Value), within.Max(sample => sample.Value!.Value));
            if (signal == CanonicalSignals.Backlog ? high > 0 : high > low)
            {
                return new(false, signal == CanonicalSignals.Backlog ? $"{high:0} events are left in the backlog" : $"{signal} still grows");
            }
        }

        return new(true, null);
    }
}
