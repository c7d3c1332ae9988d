using DurableDrill.Integrity;

namespace DurableDrill.Drills;

/// <summary>Puts the shares of a validation together: counts are added, ids are merged in one pass over sorted files and never held.</summary>
internal sealed class ShareMerge
{
    private readonly IReadOnlyList<ShareFiles> shares;
    private readonly IReadOnlyList<IntegrityTally> tallies;
    private readonly IntegrityTally tally;
    private readonly IntegrityRules rules;

    private ShareMerge(IReadOnlyList<ShareFiles> shares, IReadOnlyList<IntegrityTally> tallies, IntegrityRules rules)
    {
        (this.shares, this.tallies, this.rules) = (shares, tallies, rules);
        tally = IntegrityTally.Merge(tallies, rules);
    }

    /// <exception cref="InvalidDataException">A share is gone.</exception>
    public static async Task<ShareMerge> ReadAsync(IReadOnlyList<ShareFiles> shares, IntegrityRules rules, CancellationToken cancellation)
    {
        var tallies = new List<IntegrityTally>();
        foreach (var share in shares)
        {
            tallies.Add(await share.TallyAsync(cancellation));
        }

        return new(shares, tallies, rules);
    }

    /// <summary>What one reading of everything would have given.</summary>
    public async Task<IntegrityResult> ResultAsync(ClassFiles files, string drillId, CancellationToken cancellation)
    {
        var classes = new Dictionary<IdClass, ClassIds>();
        foreach (var (idClass, count) in tally.Counts)
        {
            var first = await FirstAsync(IdsOf(idClass, cancellation), cancellation);
            var truncated = first.Count > rules.MaxIntervals;
            var file = truncated ? await files.WriteAsync(drillId, idClass, IdsOf(idClass, cancellation), cancellation) : null;
            classes[idClass] = new(count, Capped(first), truncated, file);
        }

        var losses = new Dictionary<LossCount, IReadOnlyList<IdInterval>>();
        foreach (var loss in tally.Losses)
        {
            losses[loss] = Capped(await FirstAsync(IdsOf(loss, cancellation), cancellation));
        }

        return IntegrityJudge.Judge(tally, classes, loss => losses[loss], rules);
    }

    private IAsyncEnumerable<IdInterval> IdsOf(IdClass idClass, CancellationToken cancellation) => CountedAsync(
        IdPiece.MergeAsync([.. shares.Select(share => share.ReadAsync(idClass, cancellation))]), tally.Counts[idClass], DrillJson.NameOf(idClass));

    private IAsyncEnumerable<IdInterval> IdsOf(LossCount loss, CancellationToken cancellation)
    {
        var parts = new List<IAsyncEnumerable<IdPiece>>();
        foreach (var (share, counted) in shares.Zip(tallies))
        {
            parts.AddRange(counted.Losses.Index()
                .Where(each => (each.Item.Where, each.Item.Fault) == (loss.Where, loss.Fault))
                .Select(each => share.ReadAsync(each.Index, cancellation)));
        }

        return CountedAsync(IdPiece.MergeAsync(parts), loss.Count, "a loss");
    }

    /// <summary>A file that is gone or cut would only make a class smaller, so who reads to the end counts.</summary>
    private static async IAsyncEnumerable<IdInterval> CountedAsync(IAsyncEnumerable<IdInterval> intervals, long count, string what)
    {
        await foreach (var interval in intervals)
        {
            count -= interval.Count;
            yield return interval;
        }

        if (count != 0)
        {
            throw new InvalidDataException($"the ids of the shares are {count} short of what was counted ({what})");
        }
    }

    private async Task<List<IdInterval>> FirstAsync(IAsyncEnumerable<IdInterval> intervals, CancellationToken cancellation) =>
        await intervals.Take(rules.MaxIntervals + 1).ToListAsync(cancellation);

    private List<IdInterval> Capped(List<IdInterval> first) => first.Count > rules.MaxIntervals ? first[..rules.MaxIntervals] : first;
}
