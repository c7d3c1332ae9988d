using DurableDrill.Local.Runtime;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>
/// Runs a workflow through crashes. Every life of the "process" is a runtime of its own over the same folder and the same clock, which stands
/// still while steps run and jumps from timer to timer. Steps' bodies must be scripted: quick, and the same for the same input and attempt.
/// </summary>
/// <param name="catalog">The code, made anew for each life: what it holds in memory dies with the life.</param>
internal sealed class CrashHarness(Func<WorkflowCatalog> catalog) : IDisposable
{
    private const int NoCrash = int.MaxValue;
    private readonly string folder = Directory.CreateTempSubdirectory("drill-crash-").FullName;

    /// <summary>The clock of all lives. Scripted steps may read it.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>How many lives the last run took.</summary>
    public int Lives { get; private set; }

    /// <summary>How many events the last run wrote, in all histories.</summary>
    public int Events { get; private set; }

    public string Folder => folder;

    /// <summary>Never crashes.</summary>
    public Task<InstanceStatus> RunAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input) =>
        RunAsync(workflow, id, input, _ => NoCrash, tear: false);

    /// <summary>Crashes once, right after the event of this number (from 1, counted over all histories), and goes on.</summary>
    public Task<InstanceStatus> RunWithCrashAfterAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input, int crashAfter, bool tear = false) =>
        RunAsync(workflow, id, input, life => life == 1 ? crashAfter : NoCrash, tear);

    /// <summary>Crashes after every single event: no life writes more than one.</summary>
    public Task<InstanceStatus> RunWithCrashAfterEveryEventAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input, bool tear = false) =>
        RunAsync(workflow, id, input, _ => 1, tear);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<InstanceStatus> RunAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input, Func<int, int> crashAfter, bool tear)
    {
        (Lives, Events) = (0, 0);
        while (true)
        {
            Lives++;
            var disk = new CrashingDisk(crashAfter(Lives), tear);
            await using var life = new Life(catalog(), folder, disk, Time);
            life.Begin(workflow, id, input);
            var status = await life.RunToTheEndAsync(id);
            Events += disk.Written;
            if (status is not null)
            {
                return status;
            }

            Assert.True(disk.Written > 0, $"A life that wrote nothing: {string.Join('\n', life.Test.Log)}");
        }
    }

    private sealed class Life(WorkflowCatalog catalog, string folder, CrashingDisk disk, ManualTime time) : IAsyncDisposable
    {
        public TestRuntime Test { get; } = new(catalog, folder, disk, time);

        public void Begin<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input)
        {
            try
            {
                var outcomes = Test.Runtime.ResumeAll();
                Assert.DoesNotContain(outcomes, each => each.Result is not ResumeResult.Resumed);
                if (!Test.Runtime.Folder.Has(id))
                {
                    Test.Runtime.Start(workflow, id, input);
                }
            }
            catch (Exception error) when (disk.Crashed && error is HistoryException or IOException)
            {
                // It crashed this early.
            }
        }

        /// <summary>Null when the life ended in a crash before everything had ended.</summary>
        public async Task<InstanceStatus?> RunToTheEndAsync(string id)
        {
            while (true)
            {
                await Test.Runtime.WhenIdleAsync();
                var all = Test.Runtime.Folder.List();
                if (all.FirstOrDefault(each => each.Id == id) is { } status && all.All(each => each.Ended))
                {
                    return status;
                }

                if (disk.Crashed)
                {
                    return null;
                }

                Assert.True(Time.FireNext(), Stuck(all.Where(each => !each.Ended)));
            }
        }

        private string Stuck(IEnumerable<InstanceStatus> waiting) =>
            $"Nothing is due, and these wait:\n{string.Join('\n', waiting.Select(each => $"{each.Id}\n{Test.HistoryOf(each.Id)}"))}{string.Join('\n', Test.Log)}";

        private ManualTime Time => Test.Time;

        public ValueTask DisposeAsync() => Test.StopAsync();
    }
}
