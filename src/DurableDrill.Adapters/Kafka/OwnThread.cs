using System.Collections.Concurrent;

namespace DurableDrill.Adapters.Kafka;

/// <summary>
/// Runs calls that block one after the other on a thread of its own. librdkafka waits in the calling thread; on the pool's few threads
/// an unreachable broker would make every other probe late.
/// </summary>
internal sealed class OwnThread : IDisposable
{
    private readonly BlockingCollection<Action> calls = [];
    private int started;

    /// <summary>Runs a call; the task ends as it does.</summary>
    public Task<T> RunAsync<T>(Func<T> call)
    {
        if (Interlocked.Exchange(ref started, 1) == 0)
        {
            new Thread(Work) { IsBackground = true, Name = "kafka probe" }.Start();
        }

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        calls.Add(() =>
        {
            try
            {
                done.SetResult(call());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    /// <summary>Ends the thread when the calls that wait are done.</summary>
    public void Dispose() => calls.CompleteAdding();

    private void Work()
    {
        foreach (var call in calls.GetConsumingEnumerable())
        {
            call();
        }
    }
}
