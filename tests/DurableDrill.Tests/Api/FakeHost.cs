using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using DurableDrill.Api;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;
using DurableDrill.Tests.Faults;

namespace DurableDrill.Tests.Api;

/// <summary>A host in memory: it holds the target "orders", schedules by writing down, and runs nothing by itself.</summary>
internal sealed class FakeHost : IDrillHost, IDrillEnvironment, IReportStore, ICampaignStore, ISampleStore
{
    private readonly ConcurrentDictionary<string, byte[]> documents = new();
    private readonly Dictionary<string, CampaignText> campaigns = [];
    private readonly Dictionary<string, CampaignState> states = [];
    private readonly FakeTarget target = new();
    private int requests;

    public FakeHost() => Api = new(this, Log.Add);

    public DrillApi Api { get; }

    public List<string> Log { get; } = [];

    public ManualTime Time { get; } = new();

    public ConcurrentDictionary<string, DrillView> Drills { get; } = new();

    public Dictionary<string, CampaignRunView> Runs { get; } = [];

    public List<DrillRequest> Scheduled { get; } = [];

    public List<CampaignRequest> ScheduledRuns { get; } = [];

    public List<string> Aborted { get; } = [];

    /// <summary>What any drill has read.</summary>
    public List<SampleBurst> Bursts { get; } = [];

    /// <summary>The drill whose samples were asked for last.</summary>
    public string? SamplesAsked { get; private set; }

    public List<TargetView> Targets { get; } =
    [
        new("orders", "processes", "up", ["worker", "kafka"], ["worker", "both", "chaos"]),
        new("shop", "processes", "down", ["till"], ["till"]),
    ];

    /// <summary>Called before an instance is scheduled: the host dies there when it throws.</summary>
    public Action Scheduling { get; set; } = () => { };

    public Exception? OpenError { get; set; }

    public string Name => "here";

    IDrillEnvironment IDrillHost.Environment => this;

    ICampaignStore IDrillHost.Campaigns => this;

    TimeProvider IDrillEnvironment.Time => Time;

    public ISampleStore Samples => this;

    public IReportStore Reports => this;

    public IFaultLedger Tickets => new FaultWorld();

    public FaultExecutor Faults => new FaultWorld().Executor;

    public DrillLife Life { get; set; } = DrillLife.Runs;

    IDrillStates IDrillEnvironment.Drills => new FaultWorld { Life = Life };

    /// <summary>What is in the target's sink.</summary>
    public IIdSource? Sink
    {
        get => target.Sink;
        set => target.Sink = value;
    }

    public Hold? Hold
    {
        get => target.Held;
        set => target.Held = value;
    }

    /// <summary>Asks the API.</summary>
    public Task<ApiResponse> AskAsync(string method, string path, string? body = null, string? key = null, string? type = "application/json", string? accept = null)
    {
        var (segments, query) = path.Split('?', 2) is [var front, var back] ? (front, back) : (path, "");
        return Api.HandleAsync(
            new(method, segments.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                Query = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToLookup(pair => pair[0], pair => pair[^1]),
                Header = name => name switch
                {
                    "Idempotency-Key" => key,
                    "Content-Type" => body is null ? null : type,
                    "Accept" => accept,
                    _ => null,
                },
                Body = new MemoryStream(Encoding.UTF8.GetBytes(body ?? "")),
                Unique = $"request-{Interlocked.Increment(ref requests)}",
            },
            CancellationToken.None);
    }

    /// <summary>Writes a finished drill with a report down.</summary>
    public DrillReport Finish(string id, Verdict verdict = Verdict.Passed, double? downtime = 5, double? recovery = 3, string type = "worker")
    {
        var report = new DrillReport
        {
            DrillId = id,
            DrillType = type,
            Target = "orders",
            Host = Name,
            Verdict = verdict,
            Reasons = ["because"],
            StartedAt = Time.GetUtcNow(),
            EndedAt = Time.GetUtcNow().AddSeconds(60),
            TotalDurationSeconds = 60,
            DowntimeDurationSeconds = downtime,
            RecoveryTimeSeconds = recovery,
            TimeToRecoverSeconds = recovery,
            DataIntegrityCheck = new("passed", 10, ["expected: 10"]),
            Recovery = new()
            {
                Outcome = recovery is null ? RecoveryOutcome.Censored : RecoveryOutcome.Recovered,
                Applied = new(Time.GetUtcNow(), Time.GetUtcNow()),
                CensoredAfterSeconds = recovery is null ? 120 : null,
            },
            Plan = new() { Name = type },
        };
        documents[$"{id}/{ReportFiles.Json}"] = JsonSerializer.SerializeToUtf8Bytes(report, DrillJson.Indented);
        Drills[id] = new(id, type, "orders", Time.GetUtcNow(), null, new(id, verdict, report.Reasons), false, null);
        return report;
    }

    public void Start(string id) =>
        Drills[id] = new(id, "worker", "orders", Time.GetUtcNow(), new(Phase.Inject, Time.GetUtcNow(), null, null), null, true, null);

    public Task<IReadOnlyList<TargetView>> ListTargetsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TargetView>>(Targets);

    public Task ScheduleAsync(DrillRequest request, CancellationToken cancellation)
    {
        Scheduling();
        lock (Scheduled)
        {
            if (Scheduled.All(each => each.DrillId != request.DrillId))
            {
                Scheduled.Add(request);
            }
        }

        return Task.CompletedTask;
    }

    public Task ScheduleAsync(CampaignRequest request, CancellationToken cancellation)
    {
        Scheduling();
        if (Runs.TryAdd(request.RunId, new(request.RunId, Time.GetUtcNow(), false, null, null, null)))
        {
            ScheduledRuns.Add(request);
        }

        return Task.CompletedTask;
    }

    public Task<DrillView?> ReadAsync(string drillId, CancellationToken cancellation) => Task.FromResult(Drills.GetValueOrDefault(drillId));

    public Task<IReadOnlyList<DrillView>> ListAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DrillView>>([.. Drills.Values.OrderByDescending(drill => drill.StartedAt)]);

    public Task<CampaignRunView?> ReadRunAsync(string runId, CancellationToken cancellation) => Task.FromResult(Runs.GetValueOrDefault(runId));

    public Task AbortAsync(string instanceId, string why, CancellationToken cancellation)
    {
        Aborted.Add($"{instanceId}: {why}");
        return Task.CompletedTask;
    }

    public List<IReadOnlyCollection<string>> Reverts { get; } = [];

    public Task<JanitorReport> RevertAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        Reverts.Add(ids);
        return ids.Contains("nothing") ? throw new KeyNotFoundException("There is no ticket 'nothing'.") : Task.FromResult(new JanitorReport([], ["tickets/x.json: torn"]));
    }

    public Task<IOpenTarget> OpenAsync(string name, CancellationToken cancellation) =>
        OpenError is { } error ? throw error : Task.FromResult<IOpenTarget>(target);

    public Task WriteAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        documents[$"{drillId}/{name}"] = content.ToArray();
        return Task.CompletedTask;
    }

    public Task<bool> TryCreateAsync(string drillId, string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        Task.FromResult(documents.TryAdd($"{drillId}/{name}", content.ToArray()));

    Task<byte[]?> IReportStore.ReadAsync(string drillId, string name, CancellationToken cancellation) =>
        Task.FromResult(documents.GetValueOrDefault($"{drillId}/{name}"));

    public async Task WriteLinesAsync(string drillId, string name, IAsyncEnumerable<string> lines, CancellationToken cancellation) =>
        await this.WriteTextAsync(drillId, name, string.Concat(await lines.Select(line => line + "\n").ToListAsync(cancellation)), cancellation);

    public IAsyncEnumerable<string> ReadLinesAsync(string drillId, string name, CancellationToken cancellation) =>
        System.Text.Encoding.UTF8.GetString(documents.GetValueOrDefault($"{drillId}/{name}") ?? []).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToAsyncEnumerable();

    public string Locate(string drillId, string name) => $"{drillId}/{name}";

    Task<IReadOnlyList<string>> ICampaignStore.ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([.. campaigns.Keys.Order()]);

    Task<CampaignText?> ICampaignStore.ReadAsync(string name, CancellationToken cancellation) => Task.FromResult(campaigns.GetValueOrDefault(name));

    public Task WriteAsync(string name, CampaignText definition, CancellationToken cancellation)
    {
        campaigns[name] = definition;
        return Task.CompletedTask;
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        states.Remove(name);
        return Task.FromResult(campaigns.Remove(name));
    }

    public Task<CampaignState?> ReadStateAsync(string name, CancellationToken cancellation) => Task.FromResult(states.GetValueOrDefault(name));

    public Task WriteStateAsync(string name, CampaignState state, CancellationToken cancellation)
    {
        // As a store would: what does not survive JSON is lost.
        states[name] = DrillJson.FromElement<CampaignState>(DrillJson.ToElement(state));
        return Task.CompletedTask;
    }

    public Task WriteAsync(string drillId, int burst, IReadOnlyList<Sample> samples, CancellationToken cancellation) => throw new NotSupportedException();

    public async IAsyncEnumerable<SampleBurst> ReadAsync(
        string drillId, int firstBurst, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        SamplesAsked = drillId;
        foreach (var burst in Bursts.Where(burst => burst.Number >= firstBurst).ToList())
        {
            yield return burst;
        }
    }

    /// <summary>A target that can be held; whatever else is asked of it is a mistake of the API.</summary>
    private sealed class FakeTarget : IOpenTarget, ITarget
    {
        private readonly Lock gate = new();

        public TargetDefinition Definition { get; } = TargetReader.Read(
            """
            target: orders
            carrier: processes
            components: { worker: { run: [worker] }, kafka: { run: [kafka] } }
            signals: { stored: { file: stored.txt } }
            integrity: { expected: { file: sent.ids }, actual: { file: stored.ids } }
            drills:
              worker: { faults: [ { kill: worker, for: 20s } ] }
              both: { each: [worker, chaos] }
              chaos: { chaos: { seed: 1, components: [worker, kafka], faults: [stop], count: 2, within: 60s } }
            """, "orders.yaml").Value!;

        public Hold? Held { get; set; }

        public ITarget Target => this;

        public string Name => "orders";

        public IReadOnlyDictionary<string, IProbe> Probes => throw new NotSupportedException();

        public Sampler Sampler => throw new NotSupportedException();

        public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation)
        {
            lock (gate)
            {
                return Task.FromResult(Held is null || Held.Owner == wanted.Owner ? Held = wanted : Held);
            }
        }

        public Task ReleaseAsync(string owner, CancellationToken cancellation)
        {
            Held = Held?.Owner == owner ? null : Held;
            return Task.CompletedTask;
        }

        public IProbe OpenProbe(SourceSpec source, string path) => throw new NotSupportedException();

        public IIdSource? Sink { get; set; }

        public IIdSource OpenIds(SourceSpec source, string path) => path == "integrity.actual" && Sink is { } sink ? sink : throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, ClockOffset>> ReadClocksAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> ReadJournalAsync(DateTimeOffset since, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RevertAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> ActAsync(string component, string action, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Reads answers.</summary>
internal static class AnswerReading
{
    public static JsonElement Json(this ApiResponse response) => JsonDocument.Parse(response.Body).RootElement;

    public static string Text(this ApiResponse response) => Encoding.UTF8.GetString(response.Body.Span);

    /// <summary>"status kind": what a problem document says it is.</summary>
    public static string Kind(this ApiResponse response)
    {
        Assert.Equal("application/problem+json", response.ContentType);
        var problem = response.Json();
        Assert.Equal(response.Status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return $"{response.Status} {problem.GetProperty("type").GetString()!["urn:durabledrill:".Length..]}";
    }

    /// <summary>The paths of a problem's errors, in order.</summary>
    public static IEnumerable<string> Paths(this ApiResponse response) =>
        response.Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()!);
}
