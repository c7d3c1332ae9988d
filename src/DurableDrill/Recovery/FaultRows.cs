using DurableDrill.Faults;

namespace DurableDrill.Recovery;

/// <summary>One row for each of several faults.</summary>
internal static class FaultRows
{
    public static IEnumerable<FaultRecovery> Of(
        IReadOnlyList<FaultWindow> faults, IReadOnlyList<OpenEpisode> episodes, TimeSpan slack, Func<Instants?, Instants?> widen)
    {
        var inOrder = faults.OrderBy(f => f.Applied.Earliest).ToList();
        for (var i = 0; i < inOrder.Count; i++)
        {
            var next = i + 1 < inOrder.Count ? inOrder[i + 1].Applied.Earliest : DateTimeOffset.MaxValue;
            yield return Row(inOrder[i], next, episodes, slack, widen);
        }
    }

    private static FaultRecovery Row(FaultWindow fault, DateTimeOffset next, IReadOnlyList<OpenEpisode> episodes, TimeSpan slack, Func<Instants?, Instants?> widen)
    {
        var row = new FaultRecovery(fault.Id, fault.Applied, fault.Reverted, null, null, null, null, null);
        var from = fault.Applied.Earliest - slack;
        var before = episodes.LastOrDefault(e => e.Began.Latest < from && !(e.Ended?.Latest < fault.Applied.Earliest));
        var own = episodes.FirstOrDefault(e => e.Began.Latest >= from && e.Began.Latest < next - slack);
        if ((before ?? own) is not { } episode)
        {
            return row with { Note = "no effect seen" };
        }

        row = row with { FirstImpact = before is null ? widen(own!.Began) : null };
        if (widen(episode.Ended) is not { } recovered)
        {
            return row with { Note = "not recovered when the watch ended" };
        }

        if (recovered.Latest > next)
        {
            return row with { Note = "not before the next fault" };
        }

        var since = fault.Reverted is { } reverted && recovered.Latest > reverted.Earliest ? reverted : fault.Applied;
        return row with
        {
            Recovered = recovered,
            RecoveryTime = Elapsed.Between(since, recovered),
            TimeToRecover = Elapsed.Between(fault.Applied, recovered),
            Note = before is not null ? "the pipeline was disturbed already" : null,
        };
    }
}
