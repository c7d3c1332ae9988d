namespace DurableDrill.Integrity;

/// <summary>
/// Loss that a later replay heals: a restarted job that reads its topic from the start writes what was dropped before. It was lost when the drill
/// ended, so the verdict stays; the ids that are there now are told apart.
/// </summary>
public static class Healing
{
    /// <summary>The result with what has healed since.</summary>
    /// <param name="result">What was found when the drill ended.</param>
    /// <param name="lost">All ids that were lost then.</param>
    /// <param name="now">What of them is in the sink now.</param>
    /// <param name="maxIntervals">As in <see cref="IntegrityRules.MaxIntervals"/>.</param>
    public static IntegrityResult Mark(IntegrityResult result, IdSet lost, IdSet now, int maxIntervals = 100)
    {
        var healed = lost.Intersect(now);
        var intervals = healed.Intervals().Take(maxIntervals + 1).ToList();
        var truncated = intervals.Count > maxIntervals;
        return result with
        {
            Classes = new Dictionary<IdClass, ClassIds>(result.Classes)
            {
                [IdClass.Healed] = new(healed.Count, truncated ? intervals[..maxIntervals] : intervals, truncated),
            },
            Reasons = [.. result.Reasons.Where(reason => !reason.StartsWith(Prefix, StringComparison.Ordinal)), .. Told(lost.Count, healed.Count)],
        };
    }

    private const string Prefix = "a later replay brought back ";

    private static IEnumerable<string> Told(long lost, long healed) => healed == 0 ? [] : [$"{Prefix}{healed} of the {lost} that were lost when the drill ended"];
}
