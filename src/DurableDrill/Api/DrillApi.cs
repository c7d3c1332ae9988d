using DurableDrill.Campaigns;
using DurableDrill.Targets;

namespace DurableDrill.Api;

/// <summary>
/// The HTTP API, whichever server carries it: routes, statuses and bodies are decided here and nowhere else. The server checks who is calling
/// (every route but <see cref="IsOpen"/>) and moves bytes. Errors are RFC 9457 problem documents; what a caller does wrong is a 4xx, all of it at once.
/// </summary>
public sealed class DrillApi
{
    /// <summary>Where the API lies on a server; it stands in Location headers and links.</summary>
    public const string Prefix = "/api";

    /// <summary>A body may have so many bytes.</summary>
    public const int MaxBody = 1024 * 1024;

    private readonly RouteTable routes;
    private readonly Action<string> log;

    /// <param name="host">The host that runs drills.</param>
    /// <param name="log">Told of errors that are ours; callers are not told their details.</param>
    public DrillApi(IDrillHost host, Action<string> log)
    {
        this.log = log;
        Campaigns = new(host);
        var live = new LiveReadings(host);
        var drills = new DrillRoutes(host, live);
        var monitor = new MonitorRoutes(host, live);
        var campaigns = new CampaignRoutes(host, Campaigns);
        routes = new(
        [
            new("GET", "", (_, _) => Task.FromResult(Answers.Text("text/html; charset=utf-8", Pages.Dashboard))),
            new("GET", "health", (_, _) => Task.FromResult(Answers.Ok(new { status = "ok" }))),
            new("GET", "openapi.json", (_, _) => Task.FromResult(Answers.Text("application/json", Pages.OpenApi))),
            new("GET", "targets", drills.TargetsAsync),
            new("GET", "targets/{target}", drills.TargetAsync),
            new("GET", "monitor", monitor.DrillsAsync),
            new("GET", "monitor/{target}", monitor.TargetAsync),
            new("POST", "monitor/{target}/pause", monitor.PauseAsync),
            new("POST", "monitor/{target}/resume", monitor.ResumeAsync),
            new("GET", "drills", drills.ListAsync),
            new("POST", "drills", new DrillStarter(host).StartAsync),
            new("GET", "drills/{drill}", drills.ShowAsync),
            new("GET", "drills/{drill}/wait", drills.WaitAsync),
            new("POST", "drills/{drill}/abort", drills.AbortAsync),
            new("GET", "drills/{drill}/report", drills.ReportAsync),
            new("GET", "drills/{drill}/report.json", (call, cancellation) => drills.ReportAsync(call, "json", cancellation)),
            new("GET", "drills/{drill}/report.md", (call, cancellation) => drills.ReportAsync(call, "md", cancellation)),
            new("GET", "drills/{drill}/report.html", (call, cancellation) => drills.ReportAsync(call, "html", cancellation)),
            new("GET", "drills/{drill}/junit.xml", (call, cancellation) => drills.ReportAsync(call, "junit", cancellation)),
            new("POST", "revert", new RevertRoute(host).RevertAsync),
            new("GET", "campaigns", campaigns.ListAsync),
            new("GET", "campaigns/{campaign}", campaigns.ShowAsync),
            new("PUT", "campaigns/{campaign}", campaigns.PutAsync),
            new("DELETE", "campaigns/{campaign}", campaigns.DeleteAsync),
            new("POST", "campaigns/{campaign}/run", campaigns.RunAsync),
            new("POST", "campaigns/{campaign}/abort", campaigns.AbortAsync),
            new("GET", "comparisons", new ComparisonRoute(host).CompareAsync),
        ]);
    }

    /// <summary>What the host calls when it starts and once a minute.</summary>
    public CampaignTicker Campaigns { get; }

    /// <summary>Every route as "METHOD pattern", for the OpenAPI document's test.</summary>
    internal IEnumerable<string> Routes => routes.All.Select(route => $"{route.Method} {route.Pattern}");

    /// <summary>Whether a path may be asked for by anybody: it is that of the health check.</summary>
    public static bool IsOpen(IReadOnlyList<string> path) => path is ["health"];

    /// <summary>Answers a request. Throws only when it is cancelled.</summary>
    public async Task<ApiResponse> HandleAsync(ApiRequest request, CancellationToken cancellation)
    {
        try
        {
            return await routes.HandleAsync(request, cancellation);
        }
        catch (ProblemException error)
        {
            return error.Problem.ToResponse();
        }
        catch (TargetException error)
        {
            return Problem.Of(503, "target-unavailable", error.Message).ToResponse().With("Retry-After", "5");
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            log($"{request.Method} /{string.Join('/', request.Path)}: unexpected {error}");
            return Problem.Of(500, "internal-error", "this is an error of the server; its log says more").ToResponse();
        }
    }
}
