namespace DurableDrill.Pipeline.Link;

/// <summary>The state of a link as its connections see it. Thread-safe.</summary>
internal sealed class Conditions
{
    private readonly Lock gate = new();
    private LinkState state = new();
    private TaskCompletionSource open = Opened();

    /// <summary>What is in force now.</summary>
    public LinkState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }

        set
        {
            lock (gate)
            {
                state = value;
                if (!value.Cut)
                {
                    open.TrySetResult();
                }
                else if (open.Task.IsCompleted)
                {
                    open = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }

    /// <summary>Returns at once, or when the cut is over.</summary>
    public async ValueTask WhenOpenAsync(CancellationToken cancellation)
    {
        while (State.Cut)
        {
            Task wait;
            lock (gate)
            {
                wait = open.Task;
            }

            await wait.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
