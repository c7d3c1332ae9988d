using System.Text.Json;

namespace DurableDrill.Functions;

/// <summary>
/// The signals of one name that came to an instance. The platform gives a signal to a wait that was cancelled, and loses it; so there is one
/// wait of the platform, and those of the workflow stand before it: a cancelled one takes nothing, and the newest is served first.
/// </summary>
/// <param name="next">Waits for the next signal of this name.</param>
/// <param name="carried">Signals that the last generation had received and not taken.</param>
internal sealed class SignalBox(Func<Task<JsonElement>> next, IEnumerable<JsonElement> carried)
{
    private readonly Queue<JsonElement> arrived = new(carried);
    private readonly List<TaskCompletionSource<JsonElement>> waiting = [];
    private bool pumping;

    /// <summary>What came and was not taken, in order.</summary>
    public IReadOnlyCollection<JsonElement> Arrived => arrived;

    public async Task<JsonElement> WaitAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (arrived.TryDequeue(out var first))
        {
            return first;
        }

        // Plain on purpose: its continuation runs in the workflow's turn.
        var wait = new TaskCompletionSource<JsonElement>();
        waiting.Add(wait);
        using var registration = cancellation.Register(() =>
        {
            if (waiting.Remove(wait))
            {
                wait.SetCanceled(cancellation);
            }
        });
        _ = PumpAsync();
        return await wait.Task;
    }

    private async Task PumpAsync()
    {
        if (pumping)
        {
            return;
        }

        pumping = true;
        while (waiting.Count > 0)
        {
            var signal = await next();
            if (waiting.Count == 0)
            {
                arrived.Enqueue(signal);
                break;
            }

            var newest = waiting[^1];
            waiting.RemoveAt(waiting.Count - 1);
            newest.SetResult(signal);
        }

        pumping = false;
    }
}
