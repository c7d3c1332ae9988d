using DurableDrill.Faults;

namespace DurableDrill.Recovery;

/// <summary>One row for each of several faults.</summary>
internal static class FaultRows
{
    public static IEnumerable<FaultRecovery> Of(
        IReadOnlyList<FaultWindow> faults, IReadOnlyList<OpenEpisode> episodes, Func<Instants?, Instants?> widen)
    {
        var inOrder = faults.OrderBy(f => f.Applied.Earliest).ToList();
        for (var i = 0; i < inOrder.Count; i++)
        {
            var next = i + 1 < inOrder.Count ? inOrder[i + 1].Applied.Earliest : DateTimeOffset.MaxValue;
            yield return Row(inOrder[i], next, episodes, widen);
        }
    }

    private static FaultRecovery Row(FaultWindow fault, DateTimeOffset next, IReadOnlyList<OpenEpisode> episodes, Func<Instants?, Instants?> widen)
    {
        var row = new FaultRecovery(fault.Id, fault.Applied, fault.Reverted, null, null, null, null, null);
        var before = episodes.LastOrDefault(e => e.Began.Middle() < fault.Applied.Earliest && !(e.Ended?.Latest < fault.Applied.Earliest));
        var own = episodes.LastOrDefault(e => e.Began.Latest >= fault.Applied.Earliest && e.Began.Middle() < next
            && !(fault.Reverted is { } r && e.Began.Earliest >= r.Earliest && Healed(e, fault, episodes)));
        if ((own ?? before) is not { } episode)
        {
            return row with { Note = "no effect seen" };
        }

        row = row with { FirstImpact = own is null ? null : widen(own.Began) };
        if (widen(episode.Ended) is not { } recovered)
        {
            return row with { Note = "not recovered when the watch ended" };
        }

        if (recovered.Latest > next)
        {
            return row with { Note = "not before the next fault" };
        }

        var from = fault.Reverted is { } reverted && recovered.Latest > reverted.Earliest ? reverted : fault.Applied;
        return row with
        {
            Recovered = recovered,
            RecoveryTime = Elapsed.Between(from, recovered),
            TimeToRecover = Elapsed.Between(fault.Applied, recovered),
            Note = own is null ? "the pipeline was disturbed already" : null,
        };
    }

    /// <summary>Whether another episode of this fault had begun and ended before its revert, so that this one is the revert's own.</summary>
    private static bool Healed(OpenEpisode episode, FaultWindow fault, IReadOnlyList<OpenEpisode> episodes) =>
        episodes.Any(e => e != episode && e.Began.Latest >= fault.Applied.Earliest && e.Ended?.Latest <= fault.Reverted?.Earliest);
}
