using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Api;

/// <summary>
/// Puts finished drills side by side: <c>?side=ID,ID,ID&amp;side=CAMPAIGN</c>. It counts and gives medians; whether a difference is more than chance
/// takes a test, which is not made here, and the answer says so.
/// </summary>
internal sealed class ComparisonRoute(IDrillHost host)
{
    /// <summary>With fewer runs on a side no test could tell, however far apart they lie: of 4 against 4, two sides differ wholly in 1 of 35 shuffles.</summary>
    private const int Enough = 5;

    private const int MostDrills = 1000;

    public async Task<ApiResponse> CompareAsync(ApiCall call, CancellationToken cancellation)
    {
        var sides = call.Request.Query["side"].ToList();
        if (sides.Count < 2)
        {
            return Problem.Invalid("query.side", $"found {sides.Count}; two or more are expected, each the ids of finished drills or the names of campaigns, with commas").ToResponse();
        }

        var type = call.Query("drill_type");
        var errors = new List<string>();
        var compared = new List<ComparedSide>();
        foreach (var side in sides)
        {
            var reports = new List<DrillReport>();
            foreach (var id in await DrillsOfAsync(side, cancellation))
            {
                if (DrillRoutes.IsId(id) && await host.Environment.Reports.ReadJsonAsync<DrillReport>(id, ReportFiles.Json, cancellation) is { } report)
                {
                    reports.Add(report);
                }
                else
                {
                    errors.Add($"\"{id}\" is neither a drill with a report nor a campaign");
                }
            }

            compared.Add(SideOf(side, [.. reports.Where(report => type is null || report.DrillType == type)]));
        }

        return errors.Count > 0
            ? Problem.Invalid(errors.Select(error => new Targets.Finding(Targets.Severity.Error, "query.side", error))).ToResponse()
            : Answers.Ok(new Comparison(compared, compared.Any(side => side.Judged < Enough)
                ? $"too few runs to tell: at least {Enough} drills with a verdict on each side are needed"
                : "medians only: no test was made, so that a difference may be chance"));
    }

    private async Task<IReadOnlyList<string>> DrillsOfAsync(string side, CancellationToken cancellation)
    {
        var ids = new List<string>();
        foreach (var name in side.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct())
        {
            if (!CampaignReader.IsName(name) || await host.Campaigns.ReadStateAsync(name, cancellation) is not { } state)
            {
                ids.Add(name);
                continue;
            }

            foreach (var run in state.Runs)
            {
                // What could not be carried out has no report, and nothing to compare.
                var outcome = (await host.ReadRunAsync(run.RunId, cancellation))?.Outcome;
                ids.AddRange((outcome?.Drills ?? []).Where(drill => drill.Verdict is not (Verdict.Errored or Verdict.Aborted)).Select(drill => drill.DrillId));
            }
        }

        return ids.Count <= MostDrills
            ? ids
            : throw new ProblemException(Problem.Invalid("query.side", $"{ids.Count} drills; at most {MostDrills} are compared"));
    }

    private static ComparedSide SideOf(string name, IReadOnlyList<DrillReport> reports)
    {
        // What could not be carried out says nothing of the pipeline.
        var judged = reports.Where(report => report.Verdict is not (Verdict.Errored or Verdict.Aborted)).ToList();
        return new(
            name,
            reports.Count,
            judged.Count,
            reports.GroupBy(report => report.Verdict).OrderBy(group => group.Key).ToDictionary(group => DrillJson.NameOf(group.Key), group => group.Count()),
            FigureOf(judged, report => report.DowntimeDurationSeconds, _ => false),
            FigureOf(judged, report => report.RecoveryTimeSeconds, IsCensored),
            FigureOf(judged, report => report.TimeToRecoverSeconds, IsCensored));
    }

    private static bool IsCensored(DrillReport report) => report.Recovery?.Outcome == Recovery.RecoveryOutcome.Censored;

    private static ComparedFigure FigureOf(IReadOnlyList<DrillReport> reports, Func<DrillReport, double?> figure, Func<DrillReport, bool> censored)
    {
        // A censored one is longer than all that were measured, so that the median stays right as long as it is not one of them.
        var values = reports.Where(report => figure(report) is not null || censored(report)).Select(report => figure(report) ?? double.PositiveInfinity).ToList();
        var median = RobustStatistics.Median(values);
        return new(values.Count, values.Count(double.IsPositiveInfinity), double.IsFinite(median) ? median : null);
    }
}

/// <summary>Finished drills side by side.</summary>
/// <param name="Sides">In the order asked for.</param>
/// <param name="Conclusion">What may be concluded.</param>
public sealed record Comparison(IReadOnlyList<ComparedSide> Sides, string Conclusion);

/// <summary>One side of a comparison.</summary>
/// <param name="Side">As it was asked for.</param>
/// <param name="Drills">How many drills.</param>
/// <param name="Judged">How many of them say something of the pipeline: neither errored nor aborted.</param>
/// <param name="Verdicts">How many ended so.</param>
/// <param name="DowntimeDurationSeconds">Of the judged ones.</param>
/// <param name="RecoveryTimeSeconds">Of the judged ones.</param>
/// <param name="TimeToRecoverSeconds">Of the judged ones.</param>
public sealed record ComparedSide(
    string Side, int Drills, int Judged, IReadOnlyDictionary<string, int> Verdicts,
    ComparedFigure DowntimeDurationSeconds, ComparedFigure RecoveryTimeSeconds, ComparedFigure TimeToRecoverSeconds);

/// <summary>One figure of several drills.</summary>
/// <param name="Count">How many drills have it, censored ones among them.</param>
/// <param name="Censored">How many did not recover within their time; each counts as longer than all that did.</param>
/// <param name="Median">Null: none was measured, or half and more are censored.</param>
public sealed record ComparedFigure(int Count, int Censored, double? Median);
