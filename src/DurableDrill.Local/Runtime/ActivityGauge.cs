namespace DurableDrill.Local.Runtime;

/// <summary>Counts what is under way (turns, steps, messages), so that one can wait until only time or the outside can move anything.</summary>
internal sealed class ActivityGauge
{
    private readonly Lock gate = new();
    private int count;
    private TaskCompletionSource? idle;

    public void Enter()
    {
        lock (gate)
        {
            count++;
        }
    }

    public void Leave()
    {
        lock (gate)
        {
            if (--count == 0)
            {
                idle?.TrySetResult();
                idle = null;
            }
        }
    }

    public Task WhenIdleAsync()
    {
        lock (gate)
        {
            return count == 0
                ? Task.CompletedTask
                : (idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
