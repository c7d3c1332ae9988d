using System.Collections.Concurrent;
using DurableDrill.Api;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Watchdog;
using DurableDrill.Plans;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Hosting;

/// <summary>Runs drills in this process, over one home folder: the durable runtime, the drill's steps and what they find on this machine.</summary>
internal sealed class DrillHost : IDrillHost, IDrillClient
{
    private const string Interrupted = "the process that ran it died";

    private readonly HomeFolder home;
    private readonly Caretaker caretaker;
    private readonly LocalEnvironment environment;
    private readonly DurableRuntime runtime;
    private readonly LiveReadings live;
    private readonly ConcurrentDictionary<string, DrillView> ended = new();
    private readonly TimeProvider time;

    /// <param name="path">The home folder, a full path.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what workflows log.</param>
    public DrillHost(string path, TimeProvider time, Action<string> log)
    {
        this.time = time;
        home = new(path);
        var stores = HomeStores.Of(path);
        caretaker = new(path, stores.Tickets, time);
        environment = new(home, stores, caretaker, time);
        live = new(this);
        Campaigns = stores.Campaigns;
        runtime = new(new RuntimeOptions(home.Instances, new WorkflowCatalog().AddDrills(environment).AddCampaigns(this))
        {
            Time = time,
            Log = (instance, line) => log($"{instance}: {line}"),
        });
    }

    /// <inheritdoc/>
    public string Name { get; } = Environment.MachineName;

    /// <inheritdoc/>
    IDrillEnvironment IDrillHost.Environment => environment;

    /// <inheritdoc/>
    public ICampaignStore Campaigns { get; }

    /// <summary>
    /// What every command does first: reverts what is overdue, and goes on with (or, past its tickets' time, aborts) drills whose process died.
    /// One line for each thing found and done; usually none.
    /// </summary>
    /// <param name="resumed">Whether this command goes on with a drill (or a campaign's run) of this id; the others that were interrupted are aborted.</param>
    /// <param name="progress">Told what takes a while.</param>
    /// <param name="cancellation">Leaves the rest to the next command.</param>
    public async Task<IReadOnlyList<string>> TidyAsync(Predicate<string> resumed, IProgress<string> progress, CancellationToken cancellation)
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

    /// <summary>Starts a drill in this process and returns its id at once.</summary>
    /// <param name="target">Name of a target that is up in this home.</param>
    /// <param name="choice">What is done.</param>
    /// <param name="cancellation">Ends the start, not the drill.</param>
    public async Task<string> StartAsync(string target, PlanChoice choice, CancellationToken cancellation)
    {
        var definition = (await environment.OpenAsync(target, cancellation)).Definition;
        var id = $"{choice.Plan.Name}-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..4]}";
        var request = DrillRequest.Of(id, target, definition, choice, Name);
        await environment.Reports.WriteJsonAsync(id, ReportFiles.Request, request, cancellation);
        runtime.Start(DrillWorkflow.Definition, id, request);
        return id;
    }

    /// <inheritdoc/>
    public Task ScheduleAsync(DrillRequest request, CancellationToken cancellation) => Schedule(DrillWorkflow.Definition, request.DrillId, request);

    /// <inheritdoc/>
    public Task ScheduleAsync(CampaignRequest request, CancellationToken cancellation) => Schedule(CampaignWorkflow.Definition, request.RunId, request);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TargetView>> ListTargetsAsync(CancellationToken cancellation) => environment.ListAsync(cancellation);

    /// <inheritdoc/>
    public async Task<DrillView?> ReadAsync(string drillId, CancellationToken cancellation) =>
        ended.GetValueOrDefault(drillId)
        ?? (InstanceFolder.IsId(drillId) && runtime.Folder.Status(drillId) is { } status && IsDrill(status) ? await ViewAsync(status, cancellation) : null);

    /// <inheritdoc/>
    public async Task<DrillView?> LookAsync(string drillId, CancellationToken cancellation) =>
        await ReadAsync(drillId, cancellation) is { } view ? await live.FillAsync(view, cancellation) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<DrillView>();
        foreach (var id in runtime.Folder.Ids())
        {
            if (await ReadAsync(id, cancellation) is { } view)
            {
                views.Add(view);
            }
        }

        return [.. views.OrderByDescending(view => view.StartedAt).ThenByDescending(view => view.DrillId, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task<CampaignRunView?> ReadRunAsync(string runId, CancellationToken cancellation) => Task.FromResult(
        InstanceFolder.IsId(runId) && runtime.Folder.Status(runId) is { } status && (status.Workflow == CampaignWorkflow.Definition.Name || status.Phase == InstancePhase.Unreadable)
            ? new CampaignRunView(
                runId,
                status.CreatedAt,
                status.Ended,
                status.Published is { } published ? DrillJson.FromElement<CampaignStatus>(published) : null,
                status.Output is { } output ? DrillJson.FromElement<CampaignOutcome>(output) : null,
                status.Failure?.Message)
            : null);

    /// <inheritdoc/>
    public Task AbortAsync(string drillId, string why, CancellationToken cancellation)
    {
        runtime.Signal(drillId, DrillSignals.Abort, why);
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="IDrillHost.RevertAsync"/>
    public Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => caretaker.RevertAsync(ids, cancellation);

    /// <inheritdoc/>
    public Task<DrillReport?> ReadReportAsync(string drillId, CancellationToken cancellation) =>
        environment.Reports.ReadJsonAsync<DrillReport>(drillId, ReportFiles.Json, cancellation);

    /// <summary>Judges what a drill recorded once more; null: it did not come as far as a fault.</summary>
    public Task<RecoveryTimeline?> RejudgeAsync(string drillId, TimeSpan? stableFor, CancellationToken cancellation) =>
        new Rejudge(environment.Samples, environment.Reports).RunAsync(drillId, stableFor, cancellation);

    /// <summary>Reads the sink once more and marks what was lost when the drill ended and is there now; null: there is nothing to compare.</summary>
    public Task<DrillReport?> RecheckAsync(string drillId, CancellationToken cancellation) => new Recheck(environment).RunAsync(drillId, cancellation);

    /// <inheritdoc/>
    public string Locate(string drillId, string name) => environment.Reports.Locate(drillId, name);

    public async ValueTask DisposeAsync()
    {
        await runtime.DisposeAsync();
        await environment.DisposeAsync();
    }

    private async Task<string> SettleAsync(ResumeOutcome outcome, Predicate<string> resumed, CancellationToken cancellation)
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

        if (resumed(outcome.Id))
        {
            return $"{outcome.Id}: {Interrupted}; it goes on";
        }

        runtime.Signal(outcome.Id, DrillSignals.Abort, Interrupted);
        await runtime.WaitAsync(outcome.Id, cancellation);
        var report = runtime.Folder.Status(outcome.Id) is { } status && IsDrill(status) ? $" ({Locate(outcome.Id, ReportFiles.Markdown)})" : "";
        return $"{outcome.Id}: {Interrupted}; it is aborted, and what it injured is put right{report}";
    }

    private async Task<IReadOnlyList<string>> OpenTicketsOfAsync(string drillId, CancellationToken cancellation) =>
        [.. (await caretaker.Ledger.ListOpenAsync(cancellation)).Tickets.Where(ticket => ticket.DrillId == drillId).Select(ticket => ticket.Id)];

    private static bool IsDrill(InstanceStatus status) => status.Workflow == DrillWorkflow.Definition.Name || status.Phase == InstancePhase.Unreadable;

    /// <summary>Drills and runs of campaigns that nothing else has started.</summary>
    private IEnumerable<InstanceStatus> Roots() => runtime.Folder.List()
        .Where(status => status.Parent is null && (IsDrill(status) || status.Workflow == CampaignWorkflow.Definition.Name));

    private Task Schedule<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input)
    {
        try
        {
            runtime.Start(workflow, id, input);
        }
        catch (InstanceExistsException)
        {
            // It is there: what was wanted.
        }

        return Task.CompletedTask;
    }

    private async Task<DrillView> ViewAsync(InstanceStatus status, CancellationToken cancellation)
    {
        var (target, type) = await RequestOfAsync(status, cancellation);
        var outcome = status.Phase switch
        {
            InstancePhase.Completed => DrillJson.FromElement<DrillOutcome>(status.Output!.Value),
            InstancePhase.Failed or InstancePhase.Terminated => new DrillOutcome(status.Id, Verdict.Errored, [status.Failure!.Message]),
            _ => null,
        };
        var view = new DrillView(
            status.Id,
            type,
            target,
            status.CreatedAt,
            status.Published is { } published ? DrillJson.FromElement<DrillStatus>(published) : null,
            outcome,
            !status.Ended && InstanceLock.IsHeld(runtime.Folder.LockOf(status.Root)),
            status.Phase == InstancePhase.Unreadable ? status.Failure!.Message : null);
        if (outcome is not null)
        {
            // Nothing changes any more, and a long history takes a while to read.
            ended[status.Id] = view;
        }

        return view;
    }

    /// <summary>Target and plan of a drill: from its own request, or, for a part of a sequence, from that of the sequence.</summary>
    private async Task<(string Target, string Type)> RequestOfAsync(InstanceStatus status, CancellationToken cancellation)
    {
        if (await environment.Reports.ReadJsonAsync<DrillRequest>(status.Id, ReportFiles.Request, cancellation) is { } own)
        {
            return (own.Target, own.Plan.Name);
        }

        var whole = status.Parent is { } parent ? await environment.Reports.ReadJsonAsync<DrillRequest>(parent.Instance, ReportFiles.Request, cancellation) : null;
        return (whole?.Target ?? "", whole?.Parts.Where((part, index) => status.Id == whole.PartId(index)).FirstOrDefault()?.Name ?? "");
    }
}
