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
        var open = await TryOpenAsync(record.Request.Target, cancellation);
        if (open is not null && record.Look is { } before
            && await TargetLook.TakeAsync(open.Target, cancellation) is { } after
            && after.RestartedSince(before) is { } restarted)
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
            Journal = open is not null && record.InjectedAt is { } since ? await open.ReadJournalAsync(since, cancellation) : [],
        };
        var report = ReportBuilder.Build(record, evidence);
        await environment.Reports.WriteReportAsync(report, cancellation);
        return new(drill, report.Verdict, report.Reasons);
    }

    private async Task<IReadOnlyList<Sample>> SamplesOfAsync(string drillId, CancellationToken cancellation) =>
        await new SampleTail(environment.Samples, drillId).ReadAsync(cancellation);

    /// <summary>A report is written whatever has become of the target.</summary>
    private async Task<IOpenTarget?> TryOpenAsync(string target, CancellationToken cancellation)
    {
        try
        {
            return await environment.OpenAsync(target, cancellation);
        }
        catch (TargetException)
        {
            return null;
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
