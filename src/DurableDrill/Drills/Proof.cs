using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>The end of a drill: the report is written.</summary>
internal sealed class Proof(IDrillEnvironment environment)
{
    private const string RecordFile = "record.json";

    public async Task<DrillOutcome> ReportAsync(DrillRecord record, CancellationToken cancellation)
    {
        var drill = record.Request.DrillId;
        if (record.Components is { } before
            && await ComponentLooks.TakeAsync(environment, record.Request.Target, cancellation) is { } after
            && ComponentLooks.Restarted(before, after) is { } restarted)
        {
            record = record with { Error = record.Error is null ? restarted : $"{restarted}\n{record.Error}" };
        }

        await environment.Reports.WriteJsonAsync(drill, RecordFile, record, cancellation);
        var evidence = new DrillEvidence
        {
            Samples = await SamplesOfAsync(drill, cancellation),
            Tickets = (await environment.Tickets.ListAsync(drill, cancellation)).Tickets,
            Integrity = record.Validated ? await environment.Reports.ReadJsonAsync<IntegrityResult>(drill, Validation.ResultFile, cancellation) : null,
            Parts = await PartsOfAsync(record, cancellation),
            Clocks = record.Clocks,
            Value = record.Value,
            Journal = await JournalOfAsync(record, cancellation),
        };
        var report = ReportBuilder.Build(record, evidence);
        await environment.Reports.WriteReportAsync(report, cancellation);
        return new(drill, report.Verdict, report.Reasons);
    }

    private async Task<IReadOnlyList<Sample>> SamplesOfAsync(string drillId, CancellationToken cancellation) =>
        await new SampleTail(environment.Samples, drillId).ReadAsync(cancellation);

    /// <summary>A report is written whatever has become of the target.</summary>
    private async Task<IReadOnlyList<string>> JournalOfAsync(DrillRecord record, CancellationToken cancellation)
    {
        try
        {
            return record.InjectedAt is { } since
                ? await (await environment.OpenAsync(record.Request.Target, cancellation)).ReadJournalAsync(since, cancellation)
                : [];
        }
        catch (TargetException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<DrillReport>> PartsOfAsync(DrillRecord record, CancellationToken cancellation)
    {
        var parts = new List<DrillReport>();
        foreach (var part in record.Parts)
        {
            if (await environment.Reports.ReadJsonAsync<DrillReport>(part.DrillId, ReportFiles.Json, cancellation) is { } report)
            {
                parts.Add(report);
            }
        }

        return parts;
    }
}
