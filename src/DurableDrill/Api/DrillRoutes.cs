using System.Text.RegularExpressions;
using DurableDrill.Drills;
using DurableDrill.Reports;

namespace DurableDrill.Api;

/// <summary>Looks at drills and targets, waits for a drill, ends it.</summary>
internal sealed partial class DrillRoutes(IDrillHost host, LiveReadings live)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Where a drill and what belongs to it lie, by relation.</summary>
    public static IReadOnlyDictionary<string, string> LinksOf(string id)
    {
        var self = $"{DrillApi.Prefix}/drills/{id}";
        return new Dictionary<string, string>
        {
            ["self"] = self,
            ["wait"] = $"{self}/wait",
            ["abort"] = $"{self}/abort",
            ["report"] = $"{self}/report",
        };
    }

    /// <summary>Whether a text can be the id of a drill: it names a folder, a blob and a workflow instance.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    public async Task<ApiResponse> TargetsAsync(ApiCall call, CancellationToken cancellation) =>
        Answers.Ok(new { targets = await host.ListTargetsAsync(cancellation) });

    public async Task<ApiResponse> TargetAsync(ApiCall call, CancellationToken cancellation) =>
        Answers.Ok(await KnownTargets.RequireAsync(host, call.Arguments[0], cancellation));

    public async Task<ApiResponse> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Number("limit", 100, 1, 1000);
        var target = call.Query("target");
        var running = call.Query("state") switch
        {
            null => (bool?)null,
            "running" => true,
            "ended" => false,
            var other => throw new ProblemException(Problem.Invalid("query.state", $"found \"{other}\"; allowed: ended, running")),
        };
        var drills = (await host.ListAsync(cancellation))
            .Where(drill => (target is null || drill.Target == target) && (running is null || (drill.Outcome is null && drill.Problem is null) == running))
            .Take(limit)
            .Select(drill => drill with { Links = LinksOf(drill.DrillId) });
        return Answers.Ok(new { drills });
    }

    public async Task<ApiResponse> ShowAsync(ApiCall call, CancellationToken cancellation) =>
        Answers.Ok(await ShownAsync(await RequireAsync(call.Arguments[0], cancellation), cancellation));

    /// <summary>Answers when the drill is over (200), or when the caller has waited long enough (202).</summary>
    public async Task<ApiResponse> WaitAsync(ApiCall call, CancellationToken cancellation)
    {
        var time = host.Environment.Time;
        var patience = TimeSpan.FromSeconds(call.Number("timeout", 30, 0, 60));
        var started = time.GetTimestamp();
        while (true)
        {
            var view = await RequireAsync(call.Arguments[0], cancellation);
            if (view.Outcome is not null || view.Problem is not null)
            {
                return Answers.Ok(await ShownAsync(view, cancellation));
            }

            if (time.GetElapsedTime(started) >= patience)
            {
                return Answers.Json(202, await ShownAsync(view, cancellation)).With("Retry-After", "1");
            }

            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    public async Task<ApiResponse> AbortAsync(ApiCall call, CancellationToken cancellation)
    {
        var view = await RequireAsync(call.Arguments[0], cancellation);
        var reason = "HTTP request";
        if (call.Request.Header("Content-Type") is not null)
        {
            reason = await ReasonAsync(call, cancellation) ?? reason;
        }

        if (view.Outcome is { } outcome)
        {
            return Problem.Of(409, "drill-is-over", $"{view.DrillId} is over already: {DrillJson.NameOf(outcome.Verdict)}").ToResponse();
        }

        await host.AbortAsync(view.DrillId, reason, cancellation);
        return Answers.Json(202, await ShownAsync(view, cancellation)).With("Location", LinksOf(view.DrillId)["self"]);
    }

    public Task<ApiResponse> ReportAsync(ApiCall call, CancellationToken cancellation)
    {
        var accept = call.Request.Header("Accept") ?? "";
        (string Type, string Format)[] offered = [("application/json", "json"), ("text/html", "html"), ("text/markdown", "md"), ("application/xml", "junit"), ("text/xml", "junit")];
        var asked = accept.Split(',').Select(part => part.Split(';')[0].Trim());
        var format = asked.Select(type => offered.FirstOrDefault(offer => offer.Type == type).Format).FirstOrDefault(found => found is not null);
        return ReportAsync(call, format ?? "json", cancellation);
    }

    public async Task<ApiResponse> ReportAsync(ApiCall call, string format, CancellationToken cancellation)
    {
        var id = call.Arguments[0];
        var view = await RequireAsync(id, cancellation);
        if (await host.Environment.Reports.ReadJsonAsync<DrillReport>(id, ReportFiles.Json, cancellation) is not { } report)
        {
            return view.Outcome is null
                ? Problem.Of(404, "no-report-yet", $"{id} is not over; its report is written at its end").ToResponse().With("Retry-After", "5")
                : Problem.NotFound($"{id} ended without a report: {string.Join("; ", view.Outcome.Reasons)}").ToResponse();
        }

        return format switch
        {
            "html" => Answers.Text("text/html; charset=utf-8", ReportHtml.Render(report)).With("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            "md" => Answers.Text("text/markdown; charset=utf-8", ReportMarkdown.Render(report)),
            "junit" => Answers.Text("application/xml", ReportJUnit.Render(report)),
            _ => Answers.Ok(report),
        };
    }

    private static Task<string?> ReasonAsync(ApiCall call, CancellationToken cancellation) => call.ReadOptionalAsync(
        "abort",
        null,
        fields =>
        {
            var reason = fields.Text("reason");
            if (reason?.Length > 1000)
            {
                fields.Findings.Error(fields.Find("reason")!, $"found {reason.Length} characters; at most 1000 are allowed");
            }

            return reason;
        },
        cancellation);

    private async Task<DrillView> ShownAsync(DrillView view, CancellationToken cancellation) =>
        await live.FillAsync(view, cancellation) with { Links = LinksOf(view.DrillId) };

    private async Task<DrillView> RequireAsync(string id, CancellationToken cancellation)
    {
        if (IsId(id))
        {
            if (await host.ReadAsync(id, cancellation) is { } view)
            {
                return view;
            }

            // Accepted, and its instance is not to be seen yet.
            if (await host.Environment.Reports.ReadJsonAsync<DrillRequest>(id, ReportFiles.Request, cancellation) is { RequestedAt: { } at } request)
            {
                var fresh = host.Environment.Time.GetUtcNow() - at < DrillStarter.FirstHold;
                return new(id, request.Plan.Name, request.Target, at, null, null, Alive: fresh, null);
            }
        }

        throw new ProblemException(Problem.NotFound($"there is no drill \"{id}\""));
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\z")]
    private static partial Regex Id();
}
