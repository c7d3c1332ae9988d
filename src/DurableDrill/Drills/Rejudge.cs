using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>Judges the readings of a drill that is over once more, from what was recorded; the pipeline is not asked.</summary>
public sealed class Rejudge(ISampleStore samples, IReportStore reports)
{
    /// <summary>The timeline by the rules of this version; null: there is no such drill, or it did not come as far as a fault.</summary>
    /// <param name="drillId">Any drill that has a report.</param>
    /// <param name="stableFor">How long it must have stayed in band; null: as its plan says.</param>
    /// <param name="cancellation">Nothing was changed.</param>
    public async Task<RecoveryTimeline?> RunAsync(string drillId, TimeSpan? stableFor, CancellationToken cancellation)
    {
        var report = await reports.ReadJsonAsync<DrillReport>(drillId, ReportFiles.Json, cancellation);
        var faults = report?.Faults.Where(fault => fault.Applied is not null)
            .Select(fault => new FaultWindow(fault.Id, fault.Applied!.Value, fault.Reverted))
            .ToList();
        if (report?.Baseline is not { } baseline || faults is not { Count: > 0 })
        {
            return null;
        }

        var judge = new RecoveryJudge(baseline, OptionsOf(report, stableFor));
        var tail = new SampleTail(samples, drillId);
        judge.Add(await tail.ReadAsync(cancellation));
        return judge.Timeline(faults, tail.Newest ?? report.EndedAt);
    }

    private static RecoveryOptions OptionsOf(DrillReport report, TimeSpan? stableFor) => new()
    {
        StableFor = stableFor ?? report.Plan.StableFor,
        Timeout = report.Plan.RecoveryTimeout,
        ClockOffset = ClockOffset.MostCertain(report.Clocks.Values),
    };
}
