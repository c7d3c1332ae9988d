using DurableDrill.Integrity;
using DurableDrill.Reports;

namespace DurableDrill.Drills;

/// <summary>The result holds the first intervals of each class; a class with more of them gets a file with all: <c>ids/CLASS.txt</c>, one a line.</summary>
internal sealed class ClassFiles(IReportStore reports)
{
    /// <summary>The result with the files of its truncated classes.</summary>
    public async Task<IntegrityResult> AddAsync(string drillId, IntegrityResult result, IntegrityClasses classes, CancellationToken cancellation)
    {
        var all = new Dictionary<IdClass, ClassIds>(result.Classes);
        foreach (var (idClass, ids) in result.Classes.Where(entry => entry.Value.Truncated))
        {
            all[idClass] = ids with { File = await WriteAsync(drillId, idClass, classes.Sets[idClass].Intervals().ToAsyncEnumerable(), cancellation) };
        }

        return result with { Classes = all };
    }

    /// <summary>Writes all intervals of a class; returns the file's name.</summary>
    public async Task<string> WriteAsync(string drillId, IdClass idClass, IAsyncEnumerable<IdInterval> intervals, CancellationToken cancellation)
    {
        var name = $"ids/{DrillJson.NameOf(idClass)}.txt";
        await reports.WriteLinesAsync(drillId, name, intervals.Select(IdIntervals.Line), cancellation);
        return name;
    }
}
