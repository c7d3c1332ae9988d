using System.Text.Json.Nodes;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Watchdog;
using DurableDrill.Targets;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Watchdog;

/// <summary>A home folder with a target "t" of one real process "a", and drills that run without end.</summary>
internal sealed class WatchdogHome : IAsyncDisposable, IProgress<string>
{
    private static readonly Workflow<int, int> Endless = new("endless", 1, async (context, _) => await context.WaitForSignalAsync<int>("end"));

    public WatchdogHome()
    {
        Directory.CreateDirectory(Path);
        Caretaker = new(Path, new DurableDrill.Adapters.Files.FileFaultLedger(System.IO.Path.Combine(Path, "tickets")), TimeProvider.System);
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "drill-home-" + System.IO.Path.GetRandomFileName());

    public Caretaker Caretaker { get; }

    public WatchdogProcess Watchdog => Caretaker.Watchdog;

    public RunFolder Run => Caretaker.Runs.FolderOf("t");

    public ProcessPipeline Pipeline => new(Run, TimeProvider.System);

    public Task UpAsync(IWatchdog? goesWithCaller = null) => Pipeline.UpAsync(
        new()
        {
            Source = "",
            Ports = [],
            Expand = _ => new()
            {
                Target = "t",
                Carrier = "processes",
                Components = new Dictionary<string, ComponentDefinition> { ["a"] = new() { Run = ["sleep", "1000"] } },
            },
            GoesWithCaller = goesWithCaller,
        },
        this,
        CancellationToken.None);

    /// <summary>A drill that has not ended, of which no process is alive.</summary>
    public async Task DrillAsync(string id)
    {
        await using var runtime = NewRuntime();
        runtime.Start(Endless, id, 0);
        await Until(() => runtime.Folder.Status(id) is not null);
    }

    public async Task EndDrillAsync(string id)
    {
        await using var runtime = NewRuntime();
        runtime.ResumeAll();
        runtime.Signal(id, "end", 1);
        await runtime.WaitAsync(id, CancellationToken.None);
    }

    /// <summary>The ticket of a kill of "a", open.</summary>
    public async Task<FaultTicket> TicketAsync(string drill, double revertInSeconds, double deadlineInSeconds = 1)
    {
        var now = DateTimeOffset.UtcNow;
        return await Caretaker.Executor.OpenAsync(
            new($"{drill}.kill-a", drill, "t", new Kill("a"), now, now.AddSeconds(deadlineInSeconds), now.AddSeconds(revertInSeconds)),
            CancellationToken.None);
    }

    public async Task<FaultTicket> StoredAsync(string id) => (await Caretaker.Ledger.ReadAsync(id, CancellationToken.None))!.Value;

    public async Task<ComponentStatus> StatusAsync()
    {
        await using var target = (await Caretaker.Targets.OpenAsync("t", CancellationToken.None))!;
        return Assert.Single(await target.InspectAsync(CancellationToken.None)).Status;
    }

    /// <summary>Makes the run go with a process that is dead.</summary>
    public async Task OrphanAsync()
    {
        var state = JsonNode.Parse(await File.ReadAllTextAsync(Run.StatePath))!;
        state["goes_with"]!["start_ticks"] = 1;
        await File.WriteAllTextAsync(Run.StatePath, state.ToJsonString());
    }

    public static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    public static async Task Until(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "it did not come about within 30 s");
            await Task.Delay(50);
        }
    }

    public void Report(string value)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DownAsync(force: true, this, CancellationToken.None);
        await Caretaker.RevertAsync([], CancellationToken.None);
        await Until(async () =>
        {
            await Caretaker.RevertAsync([], CancellationToken.None);
            return !Watchdog.IsRunning();
        });
        Directory.Delete(Path, recursive: true);
    }

    private DurableRuntime NewRuntime() => new(new RuntimeOptions(System.IO.Path.Combine(Path, "instances"), new WorkflowCatalog().Add(Endless)));
}
