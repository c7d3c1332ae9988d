namespace DurableDrill.Local.Runtime;

/// <summary>
/// Keeps workflow code inside its turns: what it awaits, starts or continues is queued here and run by the one thread that runs
/// the turn. Work that arrives from elsewhere is refused and told to <paramref name="onEscape"/>: it would not be the same in a replay.
/// </summary>
internal sealed class TurnScheduler(Action<string> onEscape) : TaskScheduler
{
    private const int Nobody = 0;
    private readonly Queue<Action> queue = [];
    private int thread = Nobody;

    /// <summary>Whether the caller is the code of the turn that runs now.</summary>
    public bool InTurn => thread == Environment.CurrentManagedThreadId;

    /// <summary>Runs a turn: <paramref name="first"/> and all that follows from it, until nothing is left to run.</summary>
    public void Run(Action first)
    {
        var outer = SynchronizationContext.Current;
        thread = Environment.CurrentManagedThreadId;
        try
        {
            // As a task of this scheduler, so that TaskScheduler.Current is this one for ContinueWith and StartNew.
            var turn = new Task(() => Drain(first), TaskCreationOptions.DenyChildAttach);
            turn.RunSynchronously(this);
            turn.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            thread = Nobody;
        }
    }

    protected override void QueueTask(Task task) => Enqueue(() => TryExecuteTask(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        InTurn && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void Enqueue(Action work)
    {
        if (InTurn)
        {
            queue.Enqueue(work);
        }
        else
        {
            onEscape("The workflow awaited something that does not come from its context (a task, a clock or a thread of its own).");
        }
    }

    private void Drain(Action first)
    {
        Work(first);
        while (queue.TryDequeue(out var next))
        {
            Work(next);
        }
    }

    private void Work(Action work)
    {
        // A context of its own for each piece of work: what was awaited under another one is queued here instead of being run inside of the
        // call that completed it, where TaskScheduler.Current would be the thread pool's and ContinueWith would leave the turn.
        SynchronizationContext.SetSynchronizationContext(new TurnContext(this));
        work();
    }

    private sealed class TurnContext(TurnScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback callback, object? state) => scheduler.Enqueue(() => callback(state));

        public override void Send(SendOrPostCallback callback, object? state) => callback(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
