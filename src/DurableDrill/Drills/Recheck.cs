using DurableDrill.Integrity;
using DurableDrill.Reports;

namespace DurableDrill.Drills;

/// <summary>Reads the sink of a drill that is over once more: what was lost when it ended and is there now has healed.</summary>
/// <param name="environment">Where target, report and ids are.</param>
public sealed class Recheck(IDrillEnvironment environment)
{
    /// <summary>The report with what has healed; it replaces the one in the store. Null when the drill has none, or compared no ids.</summary>
    /// <exception cref="Targets.TargetException">The target cannot be opened.</exception>
    /// <exception cref="IdSourceException">The sink cannot be read.</exception>
    public async Task<DrillReport?> RunAsync(string drillId, CancellationToken cancellation)
    {
        if (await environment.Reports.ReadJsonAsync<DrillReport>(drillId, ReportFiles.Json, cancellation) is not { Integrity: { } integrity } report
            || !integrity.Classes.TryGetValue(IdClass.Lost, out var ids))
        {
            return null;
        }

        var lost = await LostAsync(drillId, ids, cancellation);
        var open = await environment.OpenAsync(report.Target, cancellation);
        var now = new IdSet();
        if (open.Definition.Integrity is { } definition)
        {
            await using var actual = open.OpenIds(definition.Actual, "integrity.actual");
            await foreach (var batch in actual.ReadAsync(cancellation))
            {
                foreach (var record in batch.Where(record => lost.Contains(record.Id)))
                {
                    now.Add(record.Id);
                }
            }
        }

        var marked = await WithFileAsync(drillId, Healing.Mark(integrity, lost, now), now, cancellation);
        report = report with { Integrity = marked, DataIntegrityCheck = ReportBuilder.CheckOf(marked) };
        await environment.Reports.WriteReportAsync(report, cancellation);
        return report;
    }

    private async Task<IntegrityResult> WithFileAsync(string drillId, IntegrityResult marked, IdSet healed, CancellationToken cancellation)
    {
        if (!marked.Classes[IdClass.Healed].Truncated)
        {
            return marked;
        }

        var file = await new ClassFiles(environment.Reports).WriteAsync(drillId, IdClass.Healed, healed.Intervals().ToAsyncEnumerable(), cancellation);
        return marked with { Classes = new Dictionary<IdClass, ClassIds>(marked.Classes) { [IdClass.Healed] = marked.Classes[IdClass.Healed] with { File = file } } };
    }

    private async Task<IdSet> LostAsync(string drillId, ClassIds ids, CancellationToken cancellation)
    {
        if (ids.File is null)
        {
            return IdSet.Of(ids.Intervals.SelectMany(IdIntervals.Expand));
        }

        var lost = new IdSet();
        await foreach (var line in environment.Reports.ReadLinesAsync(drillId, ids.File, cancellation))
        {
            foreach (var id in IdIntervals.Expand(IdIntervals.Parse(line)))
            {
                lost.Add(id);
            }
        }

        return lost.Count == ids.Count
            ? lost
            : throw new InvalidDataException($"{environment.Reports.Locate(drillId, ids.File)} is gone or cut: which ids were lost is not known any more");
    }
}
