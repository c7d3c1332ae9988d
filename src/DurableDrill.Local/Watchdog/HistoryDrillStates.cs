using DurableDrill.Faults;
using DurableDrill.Local.Runtime;

namespace DurableDrill.Local.Watchdog;

/// <summary>Whether a drill still runs, read off the histories: its own and those of the workflows that started it.</summary>
internal sealed class HistoryDrillStates(InstanceFolder instances) : IDrillStates
{
    public Task<DrillLife> ReadAsync(string drillId, CancellationToken cancellation)
    {
        for (var id = (string?)drillId; id is not null;)
        {
            var status = instances.Status(id);
            if (status is null or { Ended: true, Phase: not InstancePhase.Unreadable })
            {
                return Task.FromResult(DrillLife.Over);
            }

            if (status.Phase == InstancePhase.Unreadable)
            {
                return Task.FromResult(DrillLife.Unknown);
            }

            id = status.Parent?.Instance;
        }

        return Task.FromResult(DrillLife.Runs);
    }
}
