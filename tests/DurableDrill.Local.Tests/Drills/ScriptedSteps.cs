using System.Collections.Concurrent;
using System.Text.Json;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Drills;

/// <summary>The steps of a drill without a pipeline: each says what it is told to say, and what was called is kept.</summary>
internal sealed class ScriptedSteps
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, FaultTicket> tickets = new();

    /// <summary>What was done to the pipeline, in order: "apply kill-worker", "revert kill-worker". A step that is run again says so again.</summary>
    public ConcurrentQueue<string> Acts { get; } = [];

    public bool Released { get; private set; }

    public PreflightResult Preflight { get; set; } = new([], new Dictionary<string, ClockOffset>(), new());

    public Baseline Baseline { get; set; } = new() { From = Start, To = Start.AddSeconds(20), RateWindowSeconds = 1, Signals = [] };

    /// <summary>By the number of faults that are there: who has the role; null: nobody.</summary>
    public Func<string, int, string?> Holder { get; set; } = (_, _) => null;

    public Func<string, string?> ApplyProblem { get; set; } = _ => null;

    public Func<string, Exception?> RevertError { get; set; } = _ => null;

    /// <summary>By the number of a burst: the stop condition that it finds violated.</summary>
    public Func<int, string?> Violated { get; set; } = _ => null;

    /// <summary>By the number of a burst and of the attempt: why it cannot be read.</summary>
    public Func<int, int, Exception?> ObserveError { get; set; } = (_, _) => null;

    public Func<JudgeRequest, JudgeResult>? Judge { get; set; }

    public Func<QuietRequest, QuietResult> Quiet { get; set; } = _ => new(true, null);

    /// <summary>In how many shares the ids are compared; null: at once.</summary>
    public int? Shares { get; set; }

    /// <summary>By its number: why a share cannot be compared.</summary>
    public Func<int, string?> ShareProblem { get; set; } = _ => null;

    /// <summary>The shares that were compared, in order. A step that is run again says so again.</summary>
    public ConcurrentQueue<int> Compared { get; } = [];

    public RecoveryTimeline Recovery { get; set; } = new()
    {
        Outcome = RecoveryOutcome.Recovered,
        Applied = new(Start, Start),
        TimeToRecover = new(9, 9, 9),
    };

    /// <summary>The last report of each drill, as the bytes that would be written.</summary>
    public ConcurrentDictionary<string, string> Reports { get; } = new();

    /// <summary>Faults that are there now.</summary>
    public IReadOnlyList<string> Injured => [.. tickets.Values.Where(ticket => ticket.State is TicketState.Applied).Select(ticket => ticket.Id)];

    /// <summary>Every ticket, in the order of the plan's times.</summary>
    public IReadOnlyList<FaultTicket> Tickets => [.. tickets.Values.OrderBy(ticket => ticket.ApplyDeadline)];

    /// <summary>The faults in the report of a drill.</summary>
    public IReadOnlyList<FaultRow> Faults(string drillId) => JsonSerializer.Deserialize<DrillReport>(Reports[drillId], DrillJson.Options)!.Faults;

    public WorkflowCatalog Catalog() => new WorkflowCatalog()
        .Add(DrillWorkflow.Definition)
        .Add(ObservationWorkflow.Definition)
        .Add(ValidationWorkflow.Definition)
        .Add(DrillSteps.Preflight, (_, _, _) => Task.FromResult(Preflight))
        .Add(DrillSteps.Observe, (burst, step, _) => Task.FromResult(Observe(burst, step)))
        .Add(DrillSteps.MeasureBaseline, (_, _, _) => Task.FromResult(Baseline))
        .Add(DrillSteps.OpenTickets, (request, _, _) => Task.FromResult(Open(request)))
        .Add(DrillSteps.FindRole, (request, _, _) => Task.FromResult(Find(request)))
        .Add(DrillSteps.Apply, (order, _, _) => Task.FromResult(Apply(order)))
        .Add(DrillSteps.Revert, (order, _, _) => Task.FromResult(Revert(order)))
        .Add(DrillSteps.Judge, (request, _, _) => Task.FromResult(Judge?.Invoke(request) ?? new JudgeResult(true, Recovery)))
        .Add(DrillSteps.AwaitQuiet, (request, _, _) => Task.FromResult(Quiet(request)))
        .Add(DrillSteps.Validate, (_, _, _) => Task.FromResult(Shares is null ? new ValidateResult("scripted: nothing to compare") : new(null) { Shares = Shares }))
        .Add(DrillSteps.ValidateShare, (request, _, _) => Task.FromResult(Compare(request)))
        .Add(DrillSteps.MergeShares, (request, _, _) => Task.FromResult(new ValidateResult($"scripted: nothing in {request.Shares} shares")))
        .Add(DrillSteps.Release, (_, _, _) => Task.FromResult(Released = true))
        .Add(DrillSteps.Report, (record, _, _) => Task.FromResult(Report(record)));

    private BurstResult Observe(ObserveBurst burst, StepContext step) =>
        ObserveError(burst.Burst, step.Attempt) is { } error ? throw error : new(new Dictionary<string, double>(), Violated(burst.Burst), false);

    private ShareResult Compare(ShareRequest request)
    {
        Compared.Enqueue(request.Slice.Index);
        return new(ShareProblem(request.Slice.Index));
    }

    private IReadOnlyList<string> Open(TicketsRequest request)
    {
        foreach (var ticket in request.Tickets)
        {
            tickets.TryAdd(ticket.Id, ticket);
        }

        return [.. request.Tickets.Select(ticket => ticket.Id)];
    }

    /// <summary>Who it is follows from what is injured already, so that a step that is run again says the same.</summary>
    private RoleHolder Find(RoleRequest request) => Holder(request.Role, Injured.Count) is { } holder
        ? new(request.Role, holder, new Dictionary<string, double?> { [holder] = 1, ["other"] = null })
        : throw new TargetException($"nobody is {request.Role}");

    private TicketResult Apply(TicketOrder order)
    {
        Acts.Enqueue($"apply {NameOf(order)}");
        if (ApplyProblem(NameOf(order)) is { } problem)
        {
            return new(TicketState.Open, problem);
        }

        return new(Move(order, TicketState.Applied), null);
    }

    private TicketResult Revert(TicketOrder order)
    {
        Acts.Enqueue($"revert {NameOf(order)}");
        return RevertError(NameOf(order)) is { } error ? throw error : new(Move(order, TicketState.Closed), null);
    }

    private TicketState Move(TicketOrder order, TicketState state) =>
        tickets.AddOrUpdate(order.TicketId, _ => throw new InvalidOperationException("no ticket"), (_, ticket) => ticket with { State = state }).State;

    private DrillOutcome Report(DrillRecord record)
    {
        var report = ReportBuilder.Build(record, new() { Tickets = [.. tickets.Values.OrderBy(ticket => ticket.Id, StringComparer.Ordinal)] });
        Reports[report.DrillId] = DrillJson.ToElement(report).GetRawText();
        return new(report.DrillId, report.Verdict, report.Reasons);
    }

    private static string NameOf(TicketOrder order) => order.TicketId[(order.TicketId.IndexOf('.') + 1)..];
}
