using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>An event as an append-only table of commits knows it.</summary>
/// <param name="ProducedAt">When the producer made it.</param>
/// <param name="CommittedAt">When the transaction that wrote it was committed (PostgreSQL: pg_xact_commit_timestamp).</param>
public readonly record struct Commit(DateTimeOffset ProducedAt, DateTimeOffset CommittedAt);

/// <summary>
/// The truth that a reported timeline is tested against: the same rule, applied to the exact times at which every event was produced and committed
/// instead of to readings taken now and then. Of the commit times it makes the three signals that readings would show, at every step of a grid that is far
/// finer than any sampling: produced, stored, and the backlog between them. What was lost is in no commit and so in neither curve.
/// </summary>
public static class CommitTruth
{
    private static readonly string[] Shown = [CanonicalSignals.Produced, CanonicalSignals.Stored, CanonicalSignals.Backlog, SignalNames.InFlight];

    /// <summary>The samples that a perfect sampler would have taken.</summary>
    /// <param name="commits">In any order. One row for each write.</param>
    /// <param name="step">Of the grid; more than zero; default 5 ms.</param>
    public static IEnumerable<Sample> Samples(IReadOnlyCollection<Commit> commits, TimeSpan? step = null)
    {
        if (commits.Count == 0)
        {
            yield break;
        }

        DateTimeOffset[] produced = [.. commits.Select(c => c.ProducedAt).Order()];
        DateTimeOffset[] committed = [.. commits.Select(c => c.CommittedAt).Order()];
        var (p, c) = (0, 0);
        for (var at = produced[0]; at <= committed[^1]; at += step ?? TimeSpan.FromMilliseconds(5))
        {
            for (; p < produced.Length && produced[p] <= at; p++)
            {
            }

            for (; c < committed.Length && committed[c] <= at; c++)
            {
            }

            yield return new(CanonicalSignals.Produced, at, TimeSpan.Zero, p);
            yield return new(CanonicalSignals.Stored, at, TimeSpan.Zero, c);
            yield return new(CanonicalSignals.Backlog, at, TimeSpan.Zero, p - c);
        }
    }

    /// <summary>The true timeline of a drill.</summary>
    /// <param name="commits">Every write of the drill, from before the baseline to after recovery.</param>
    /// <param name="baseline">
    /// The drill's own: what it learned (the rates' window, the bands) is part of the rule, and a window of a few commits would call every hiccup an outage.
    /// Of its signals those count that commits show.
    /// </param>
    /// <param name="faults">From their tickets.</param>
    /// <param name="options">As the drill had them.</param>
    /// <param name="step">Of the grid; more than zero; default 5 ms.</param>
    public static RecoveryTimeline Timeline(
        IReadOnlyCollection<Commit> commits, Baseline baseline, IReadOnlyList<FaultWindow> faults, RecoveryOptions options, TimeSpan? step = null)
    {
        List<Sample> samples = [.. Samples(commits, step)];
        var rule = baseline with { Signals = [.. baseline.Signals.Where(s => Shown.Contains(s.Signal))] };
        return RecoveryJudge.Judge(
            rule, samples.Where(s => s.TakenAt > baseline.To), faults, options, samples.Count == 0 ? baseline.To : samples[^1].TakenAt);
    }
}
