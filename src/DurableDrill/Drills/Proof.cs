using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>The end of a drill: every event is looked for, and the report is written.</summary>
internal sealed class Proof(IDrillEnvironment environment)
{
    private const string IntegrityFile = "integrity.json";
    private const string RecordFile = "record.json";

    public async Task<ValidateResult> ValidateAsync(ValidateRequest request, CancellationToken cancellation)
    {
        var open = await environment.OpenAsync(request.Target, cancellation);
        if (open.Definition.Integrity is not { } definition)
        {
            return new("the target says nothing of its ids: not observable");
        }

        var tickets = await environment.Tickets.ListAsync(request.DrillId, cancellation);
        var rules = new IntegrityRules
        {
            Guarantee = definition.Guarantee,
            Faults = [.. tickets.Tickets.Where(ticket => ticket.Applied is not null).Select(ticket => WindowOf(request.DrillId, ticket))],
            NotQuiet = request.NotQuiet,
            LateAfter = request.LateAfter,
            ToleratedLost = request.ToleratedLost,
        };
        await using var expected = open.OpenIds(definition.Expected, "integrity.expected");
        await using var topic = definition.Topic is { } source ? open.OpenIds(source, "integrity.topic") : null;
        await using var actual = open.OpenIds(definition.Actual, "integrity.actual");
        var evidence = await IntegrityCheck.ReadAsync(new(expected, topic, actual), rules, cancellation);
        var classes = IntegrityClasses.Of(evidence, rules);
        var result = await WithFilesAsync(request.DrillId, IntegrityJudge.Judge(evidence, classes, rules), classes, cancellation);
        await environment.Reports.WriteJsonAsync(request.DrillId, IntegrityFile, result, cancellation);
        return new(null);
    }

    public async Task<DrillOutcome> ReportAsync(DrillRecord record, CancellationToken cancellation)
    {
        var drill = record.Request.DrillId;
        await environment.Reports.WriteJsonAsync(drill, RecordFile, record, cancellation);
        var evidence = new DrillEvidence
        {
            Samples = await SamplesOfAsync(drill, cancellation),
            Tickets = (await environment.Tickets.ListAsync(drill, cancellation)).Tickets,
            Integrity = record.Validated ? await environment.Reports.ReadJsonAsync<IntegrityResult>(drill, IntegrityFile, cancellation) : null,
            Parts = await PartsOfAsync(record, cancellation),
            Clocks = record.Clocks,
            Value = record.Value,
        };
        var report = ReportBuilder.Build(record, evidence);
        await environment.Reports.WriteReportAsync(report, cancellation);
        return new(drill, report.Verdict, report.Reasons);
    }

    private static FaultWindow WindowOf(string drillId, FaultTicket ticket) => new(
        ticket.Id[(drillId.Length + 1)..], ticket.Applied!.Value.Earliest, ticket.Reverted?.Latest ?? ticket.RevertBy);

    /// <summary>The result holds the first intervals of each class; a class with more of them gets a file with all.</summary>
    private async Task<IntegrityResult> WithFilesAsync(
        string drillId, IntegrityResult result, IntegrityClasses classes, CancellationToken cancellation)
    {
        var all = new Dictionary<IdClass, ClassIds>(result.Classes);
        foreach (var (idClass, ids) in result.Classes.Where(entry => entry.Value.Truncated))
        {
            var name = $"ids/{DrillJson.NameOf(idClass)}.txt";
            var lines = classes.Sets[idClass].Intervals().Select(IdIntervals.Line);
            await environment.Reports.WriteTextAsync(drillId, name, string.Join('\n', lines) + "\n", cancellation);
            all[idClass] = ids with { File = name };
        }

        return result with { Classes = all };
    }

    private async Task<IReadOnlyList<Sample>> SamplesOfAsync(string drillId, CancellationToken cancellation) =>
        await new SampleTail(environment.Samples, drillId).ReadAsync(cancellation);

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
