using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>A runtime over a folder of its own, with a clock that is moved by hand. Turns and steps run one by one, so that a run is the same each time.</summary>
internal sealed class TestRuntime : IAsyncDisposable
{
    private readonly ConcurrentExclusiveSchedulerPair schedulers = new();
    private readonly bool keepFolder;

    public TestRuntime(WorkflowCatalog catalog, string? folder = null, IHistoryDisk? disk = null, ManualTime? time = null, bool keepFolder = false)
    {
        this.keepFolder = keepFolder;
        Folder = folder ?? Directory.CreateTempSubdirectory("drill-runtime-").FullName;
        Time = time ?? new ManualTime();
        Runtime = new DurableRuntime(new RuntimeOptions(Folder, catalog)
        {
            Time = Time,
            Scheduler = schedulers.ExclusiveScheduler,
            InboxInterval = Timeout.InfiniteTimeSpan,
            Disk = disk ?? new HistoryDisk(),
            Log = (instance, line) => Log.Enqueue($"{instance}: {line}"),
        });
    }

    public string Folder { get; }

    public ManualTime Time { get; }

    public DurableRuntime Runtime { get; }

    public System.Collections.Concurrent.ConcurrentQueue<string> Log { get; } = [];

    /// <summary>Lets time jump from timer to timer until the instance has ended.</summary>
    public async Task<InstanceStatus> EndOfAsync(string id)
    {
        while (true)
        {
            await Runtime.WhenIdleAsync();
            var status = Runtime.Folder.Status(id) ?? throw new KeyNotFoundException(id);
            if (status.Ended)
            {
                return await Runtime.WaitAsync(id);
            }

            Assert.True(Time.FireNext(), $"{id} waits for something, and no timer is left:\n{File.ReadAllText(Runtime.Folder.HistoryOf(id))}\n{string.Join('\n', Log)}");
        }
    }

    /// <summary>Lets time pass, and all that is due in it happen.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var end = Time.GetUtcNow() + span;
        do
        {
            await Runtime.WhenIdleAsync();
        }
        while (Time.FireNext(end));
        Time.MoveTo(end);
    }

    public string HistoryOf(string id) => File.ReadAllText(Runtime.Folder.HistoryOf(id));

    /// <summary>Stops the runtime and leaves its folder, as a crash does.</summary>
    public ValueTask StopAsync() => Runtime.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (!keepFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
