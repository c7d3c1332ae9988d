using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Watchdog;
using DurableDrill.Plans;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Hosting;

/// <summary>Runs drills in this process, over one home folder: the durable runtime, the drill's steps and what they find on this machine.</summary>
internal sealed class DrillHost : IDrillHost
{
    private const string RequestFile = "request.json";
    private const string Interrupted = "the process that ran it died";

    private readonly HomeFolder home;
    private readonly Caretaker caretaker;
    private readonly LocalEnvironment environment;
    private readonly DurableRuntime runtime;
    private readonly TimeProvider time;

    /// <param name="path">The home folder, a full path.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what workflows log.</param>
    public DrillHost(string path, TimeProvider time, Action<string> log)
    {
        this.time = time;
        home = new(path);
        caretaker = new(path, time);
        environment = new(home, caretaker, time);
        runtime = new(new RuntimeOptions(home.Instances, new WorkflowCatalog().AddDrills(environment))
        {
            Time = time,
            Log = (instance, line) => log($"{instance}: {line}"),
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> TidyAsync(string? resumed, IProgress<string> progress, CancellationToken cancellation)
    {
        var swept = await caretaker.SweepAsync("janitor", progress, cancellation);
        var lines = new List<string>(swept.Lines);
        if (!Roots().Any(status => !status.Ended || status.Phase == InstancePhase.Unreadable))
        {
            return lines;
        }

        foreach (var outcome in runtime.ResumeAll().Where(each => runtime.Folder.Status(each.Id) is not { Parent: not null }))
        {
            lines.Add(await SettleAsync(outcome, resumed, cancellation));
        }

        return [.. lines.Where(line => line.Length > 0)];
    }

    /// <inheritdoc/>
    public async Task<string> StartAsync(string target, DrillPlan plan, IReadOnlyList<DrillPlan> parts, CancellationToken cancellation)
    {
        var definition = (await environment.OpenAsync(target, cancellation)).Definition;
        var id = $"{plan.Name}-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..4]}";
        var request = new DrillRequest(id, target, plan, Environment.MachineName) { Parts = parts, Quiesce = definition.Integrity?.Quiesce };
        await environment.Reports.WriteJsonAsync(id, RequestFile, request, cancellation);
        runtime.Start(DrillWorkflow.Definition, id, request);
        return id;
    }

    /// <inheritdoc/>
    public async Task<DrillView?> ReadAsync(string drillId, CancellationToken cancellation) =>
        InstanceFolder.IsId(drillId) && runtime.Folder.Status(drillId) is { } status ? await ViewAsync(status, cancellation) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<DrillView>();
        foreach (var status in Drills().OrderByDescending(each => each.CreatedAt))
        {
            views.Add(await ViewAsync(status, cancellation));
        }

        return views;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Sample>> SamplesAsync(string drillId, DateTimeOffset since, CancellationToken cancellation)
    {
        var samples = new List<Sample>();
        await foreach (var burst in environment.Samples.ReadAsync(drillId, 0, cancellation))
        {
            samples.AddRange(burst.Samples.Where(sample => sample.TakenAt >= since));
        }

        return [.. samples.Distinct().OrderBy(sample => sample.TakenAt)];
    }

    /// <inheritdoc/>
    public Task AbortAsync(string drillId, string why, CancellationToken cancellation)
    {
        runtime.Signal(drillId, DrillSignals.Abort, why);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => caretaker.RevertAsync(ids, cancellation);

    /// <inheritdoc/>
    public Task<DrillReport?> ReadReportAsync(string drillId, CancellationToken cancellation) =>
        environment.Reports.ReadJsonAsync<DrillReport>(drillId, ReportFiles.Json, cancellation);

    /// <inheritdoc/>
    public Task<DrillReport?> RecheckAsync(string drillId, CancellationToken cancellation) => new Recheck(environment).RunAsync(drillId, cancellation);

    /// <inheritdoc/>
    public string Locate(string drillId, string name) => environment.Reports.Locate(drillId, name);

    public async ValueTask DisposeAsync()
    {
        await runtime.DisposeAsync();
        await environment.DisposeAsync();
    }

    private async Task<string> SettleAsync(ResumeOutcome outcome, string? resumed, CancellationToken cancellation)
    {
        if (outcome.Result is ResumeResult.RunsElsewhere)
        {
            return "";
        }

        if (outcome.Result is not ResumeResult.Resumed)
        {
            // Its code does not run again, so nobody else would put right what it injured.
            await caretaker.RevertAsync([.. await OpenTicketsOfAsync(outcome.Id, cancellation)], cancellation);
            return $"{outcome.Id} cannot go on: {outcome.Detail} What it injured is put right.";
        }

        if (outcome.Id == resumed)
        {
            return $"{outcome.Id}: {Interrupted}; it goes on";
        }

        runtime.Signal(outcome.Id, DrillSignals.Abort, Interrupted);
        await runtime.WaitAsync(outcome.Id, cancellation);
        return $"{outcome.Id}: {Interrupted}; it is aborted, and what it injured is put right ({Locate(outcome.Id, ReportFiles.Markdown)})";
    }

    private async Task<IReadOnlyList<string>> OpenTicketsOfAsync(string drillId, CancellationToken cancellation) =>
        [.. (await caretaker.Ledger.ListOpenAsync(cancellation)).Tickets.Where(ticket => ticket.DrillId == drillId).Select(ticket => ticket.Id)];

    private IEnumerable<InstanceStatus> Drills() => runtime.Folder.List()
        .Where(status => status.Workflow == DrillWorkflow.Definition.Name || status.Phase == InstancePhase.Unreadable);

    private IEnumerable<InstanceStatus> Roots() => Drills().Where(status => status.Parent is null);

    private async Task<DrillView> ViewAsync(InstanceStatus status, CancellationToken cancellation)
    {
        var request = await environment.Reports.ReadJsonAsync<DrillRequest>(status.Root, RequestFile, cancellation);
        var outcome = status.Phase switch
        {
            InstancePhase.Completed => DrillJson.FromElement<DrillOutcome>(status.Output!.Value),
            InstancePhase.Failed or InstancePhase.Terminated => new DrillOutcome(status.Id, Verdict.Errored, [status.Failure!.Message]),
            _ => null,
        };
        return new(
            status.Id,
            PlanOf(status, request)?.Name ?? "",
            request?.Target ?? "",
            status.CreatedAt,
            status.Published is { } published ? DrillJson.FromElement<DrillStatus>(published) : null,
            outcome,
            !status.Ended && InstanceLock.IsHeld(runtime.Folder.LockOf(status.Root)),
            status.Phase == InstancePhase.Unreadable ? status.Failure!.Message : null);
    }

    private static DrillPlan? PlanOf(InstanceStatus status, DrillRequest? request) => status.Parent is null
        ? request?.Plan
        : request?.Parts.Where((part, index) => status.Id == request.PartId(index)).FirstOrDefault();
}
