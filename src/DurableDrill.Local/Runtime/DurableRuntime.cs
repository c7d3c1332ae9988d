using System.Text.Json;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>An instance of this id exists already, or another process is about to start it.</summary>
internal sealed class InstanceExistsException(string id) : Exception($"There is an instance '{id}' already.");

/// <summary>
/// The embedded durable engine: runs workflows out of history files, for one machine. Stopping it, however rudely, loses nothing:
/// <see cref="ResumeAll"/> goes on from the histories.
/// </summary>
internal sealed class DurableRuntime : IInstanceHost, IAsyncDisposable
{
    private readonly WorkingInstances working;
    private readonly Endings endings;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock starting = new();
    private readonly ITimer inboxTimer;

    public DurableRuntime(RuntimeOptions options)
    {
        Options = options;
        Folder = new InstanceFolder(options.Folder);
        Stopping = stopping.Token;
        working = new WorkingInstances(Folder);
        endings = new Endings(this, working);
        inboxTimer = options.Time.CreateTimer(_ => PollInboxes(), null, options.InboxInterval, options.InboxInterval);
    }

    public RuntimeOptions Options { get; }

    public InstanceFolder Folder { get; }

    public ActivityGauge Gauge { get; } = new();

    public CancellationToken Stopping { get; }

    /// <summary>Starts an instance; it survives this process from here on.</summary>
    /// <exception cref="InstanceExistsException">There is one of this id, ended or not.</exception>
    /// <exception cref="HistoryException">The disk is full or broken; nothing was started.</exception>
    public void Start<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input) => Start(workflow.Name, id, DrillJson.ToElement(input), null).Run();

    /// <summary>Goes on with every instance that has not ended and that no other process runs.</summary>
    /// <returns>What became of each instance that is not simply ended.</returns>
    public IReadOnlyList<ResumeOutcome> ResumeAll()
    {
        var resumption = new Resumption(this, working, endings);
        IReadOnlyList<ResumeOutcome> outcomes;
        lock (starting)
        {
            outcomes = resumption.LoadAll();
        }

        // All are there before one of them moves: a child may end at once and look for its parent.
        foreach (var instance in resumption.Loaded)
        {
            instance.Run();
        }

        return outcomes;
    }

    /// <summary>Sends a signal to an instance, whichever process runs it. It is durable when this returns.</summary>
    /// <returns>False when the instance has ended or never was.</returns>
    public bool Signal(string id, string name, object? payload) =>
        Deliver(id, new SignalMessage(Guid.NewGuid().ToString("N"), name, DrillJson.ToElement(payload)));

    /// <summary>
    /// Ends an instance without asking its code: no further turn. As in the cloud, its steps under way run on, and its sub-workflows too.
    /// </summary>
    /// <returns>False when the instance has ended or never was.</returns>
    public bool Terminate(string id, string reason)
    {
        if (working.Find(id) is { } instance)
        {
            instance.Terminate(reason);
            return true;
        }

        if (Folder.Status(id) is not { Ended: false } status)
        {
            return false;
        }

        if (!working.Trees.TryTake(status.Root))
        {
            Inbox.Put(Folder.InboxOf(id), new InboxMessage(null, reason), Options.Time);
            return true;
        }

        endings.Append(status, new Terminated(reason));
        working.Trees.Release(status.Root);
        return true;
    }

    /// <summary>Waits for the end of an instance, whichever process runs it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such instance.</exception>
    /// <exception cref="HistoryException">The disk is full or broken: the instance stands still.</exception>
    public async Task<InstanceStatus> WaitAsync(string id, CancellationToken cancellation = default)
    {
        while (true)
        {
            if (working.Find(id) is { } instance)
            {
                return await instance.Ended.WaitAsync(cancellation);
            }

            if (working.WhyHalted(id) is { } error)
            {
                throw new HistoryException(error.Message, error);
            }

            var status = Folder.Status(id) ?? throw new KeyNotFoundException($"There is no instance '{id}'.");
            if (status.Ended)
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), Options.Time, cancellation);
        }
    }

    /// <summary>Waits until no turn, step or message is under way: only time or the outside moves anything then.</summary>
    public Task WhenIdleAsync() => Gauge.WhenIdleAsync();

    /// <summary>Looks for messages of other processes now.</summary>
    public void TakeInboxes()
    {
        foreach (var instance in working.All)
        {
            instance.TakeInbox();
        }
    }

    /// <summary>Stops, as a crash would but for telling the steps under way and waiting for them a while.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await inboxTimer.DisposeAsync();
        foreach (var instance in working.All)
        {
            instance.Dispose();
        }

        try
        {
            await Gauge.WhenIdleAsync().WaitAsync(Options.StopTimeout, Options.Time);
        }
        catch (TimeoutException)
        {
            Options.Log("", $"Steps still ran {Options.StopTimeout.TotalSeconds:0} s after the stop; they run again when their instances are resumed.");
        }

        working.Dispose();
    }

    void IInstanceHost.StartChild(Instance parent, ChildScheduled child, ParentCall call)
    {
        try
        {
            if (Folder.Status(child.Instance) is not { } existing)
            {
                Start(child.Workflow, child.Instance, child.Input, call).Run();
            }
            else if (existing.Parent != call)
            {
                throw new InstanceExistsException(child.Instance);
            }
            else if (existing.Ended)
            {
                parent.Post(Endings.ReplyOf(existing), call.Generation);
            }
        }
        catch (Exception error) when (error is InstanceExistsException or ArgumentException or KeyNotFoundException)
        {
            parent.Post(new ChildFailed(child.Id, StepFailure.From(error)), call.Generation);
        }
    }

    public bool Deliver(string instanceId, SignalMessage signal)
    {
        var instance = working.Find(instanceId);
        if (instance is null && Folder.Status(instanceId) is not { Ended: false })
        {
            return false;
        }

        Inbox.Put(Folder.InboxOf(instanceId), new InboxMessage(signal, null), Options.Time);
        instance?.TakeInbox();
        return true;
    }

    void IInstanceHost.OnEnded(Instance instance, InstanceStatus status)
    {
        working.Remove(instance);
        endings.Tell(status);
    }

    void IInstanceHost.OnHalted(Instance instance, Exception error)
    {
        Options.Log(instance.Id, error.Message);
        working.Remove(instance, error);
        endings.TellHalted(instance, error);
    }

    private void PollInboxes()
    {
        try
        {
            TakeInboxes();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Options.Log("", $"The messages of other processes cannot be read now: {error.Message}");
        }
    }

    private Instance Start(string workflow, string id, JsonElement input, ParentCall? parent)
    {
        var version = Options.Catalog.VersionOf(workflow);
        var root = parent?.Root ?? id;
        var now = Options.Time.GetUtcNow();
        lock (starting)
        {
            try
            {
                if (Folder.Has(id) || !working.Trees.TryTake(root))
                {
                    throw new InstanceExistsException(id);
                }
            }
            catch (IOException error)
            {
                throw new HistoryException($"{id} cannot be started ({error.Message}).", error);
            }

            try
            {
                var instance = Instance.Create(this, id, new Started(workflow, version, 1, now, input, parent) { At = now });
                working.Add(instance);
                return instance;
            }
            catch
            {
                working.Trees.Release(root);
                throw;
            }
        }
    }
}
