namespace DurableDrill.Local.Runtime;

/// <summary>Handles items one at a time, in the order in which they came, whoever posts them; the first one once it is open.</summary>
/// <param name="scheduler">Where the handler runs.</param>
/// <param name="gauge">Is busy as long as an item waits or is handled.</param>
/// <param name="handle">Must not throw.</param>
internal sealed class Mailbox<T>(TaskScheduler scheduler, ActivityGauge gauge, Action<T> handle)
{
    private readonly Lock gate = new();
    private readonly LinkedList<T> items = [];
    private bool running = true;

    /// <summary>Begins to handle: this item, then those that came before now, then the rest.</summary>
    public void Open(T first)
    {
        gauge.Enter();
        lock (gate)
        {
            items.AddFirst(first);
        }

        Proceed();
    }

    public void Post(T item)
    {
        gauge.Enter();
        lock (gate)
        {
            items.AddLast(item);
            if (running)
            {
                return;
            }

            running = true;
        }

        Schedule();
    }

    private void Schedule() =>
        Task.Factory.StartNew(HandleNext, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    private void HandleNext()
    {
        T item;
        lock (gate)
        {
            item = items.First!.Value;
            items.RemoveFirst();
        }

        handle(item);
        Proceed();
        gauge.Leave();
    }

    // One at a time and then to the back of the line, so that a busy instance does not starve the others.
    private void Proceed()
    {
        lock (gate)
        {
            running = items.Count > 0;
            if (running)
            {
                Schedule();
            }
        }
    }
}
