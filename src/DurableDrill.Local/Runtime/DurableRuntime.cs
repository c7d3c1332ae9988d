using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, Instance> active = new();
    private readonly ConcurrentDictionary<string, Exception> halted = new();
    private readonly TreeLocks locks;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock starting = new();
    private readonly ITimer inboxTimer;

    public DurableRuntime(RuntimeOptions options)
    {
        Options = options;
        Folder = new InstanceFolder(options.Folder);
        Stopping = stopping.Token;
        locks = new TreeLocks(Folder);
        inboxTimer = options.Time.CreateTimer(_ => TakeInboxes(), null, options.InboxInterval, options.InboxInterval);
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
        List<ResumeOutcome> outcomes = [];
        List<Instance> loaded = [];
        lock (starting)
        {
            foreach (var status in Folder.List().Where(each => each.Phase is InstancePhase.Running or InstancePhase.Unreadable && !active.ContainsKey(each.Id)))
            {
                outcomes.Add(Resume(status, loaded));
            }
        }

        // All are there before one of them moves: a child may end at once and look for its parent.
        loaded.ForEach(instance => instance.Run());
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
        if (active.TryGetValue(id, out var instance))
        {
            instance.Terminate(reason);
            return true;
        }

        if (Folder.Status(id) is not { Ended: false } status)
        {
            return false;
        }

        if (!locks.TryTake(status.Root))
        {
            Inbox.Put(Folder.InboxOf(id), new InboxMessage(null, reason), Options.Time);
            return true;
        }

        AppendEnd(status, new Terminated(reason));
        locks.Release(status.Root);
        return true;
    }

    /// <summary>Waits for the end of an instance, whichever process runs it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such instance.</exception>
    /// <exception cref="HistoryException">The disk is full or broken: the instance stands still.</exception>
    public async Task<InstanceStatus> WaitAsync(string id, CancellationToken cancellation = default)
    {
        while (true)
        {
            if (active.TryGetValue(id, out var instance))
            {
                return await instance.Ended.WaitAsync(cancellation);
            }

            if (halted.TryGetValue(id, out var error))
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
        foreach (var instance in active.Values)
        {
            instance.TakeInbox();
        }
    }

    /// <summary>Stops, as a crash would but for telling the steps under way and waiting for them a while.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await inboxTimer.DisposeAsync();
        foreach (var instance in active.Values)
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

        locks.Dispose();
    }

    void IInstanceHost.RunStep(Instance instance, StepScheduled step, int generation)
    {
        Gauge.Enter();
        Task.Factory.StartNew(
            async () =>
            {
                if (await StepRunner.RunAsync(step, instance.Id, Options.Catalog, Stopping) is { } reply)
                {
                    instance.Post(reply, generation);
                }

                Gauge.Leave();
            },
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            Options.Scheduler);
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
                parent.Post(ReplyOf(existing), call.Generation);
            }
        }
        catch (Exception error) when (error is InstanceExistsException or ArgumentException or KeyNotFoundException)
        {
            parent.Post(new ChildFailed(child.Id, StepFailure.From(error)), call.Generation);
        }
    }

    public bool Deliver(string instanceId, SignalMessage signal)
    {
        var here = active.TryGetValue(instanceId, out var instance);
        if (!here && Folder.Status(instanceId) is not { Ended: false })
        {
            return false;
        }

        Inbox.Put(Folder.InboxOf(instanceId), new InboxMessage(signal, null), Options.Time);
        instance?.TakeInbox();
        return true;
    }

    void IInstanceHost.OnEnded(Instance instance, InstanceStatus status)
    {
        Forget(instance);
        Tell(status);
    }

    void IInstanceHost.OnHalted(Instance instance, Exception error)
    {
        Options.Log(instance.Id, error.Message);
        halted[instance.Id] = error;
        Forget(instance);
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
                if (Folder.Has(id) || !locks.TryTake(root))
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
                active[id] = instance;
                return instance;
            }
            catch
            {
                locks.Release(root);
                throw;
            }
        }
    }

    private ResumeOutcome Resume(InstanceStatus status, List<Instance> loaded)
    {
        if (status.Phase is InstancePhase.Unreadable)
        {
            return new(status.Id, ResumeResult.Unreadable, status.Failure!.Message);
        }

        if (!locks.TryTake(status.Root))
        {
            return new(status.Id, ResumeResult.RunsElsewhere, "Another process runs it.");
        }

        try
        {
            var version = Options.Catalog.Workflows.Contains(status.Workflow) ? Options.Catalog.VersionOf(status.Workflow) : 0;
            if (version != status.Version)
            {
                locks.Release(status.Root);
                return new(status.Id, ResumeResult.OtherVersion, $"Its history is of {status.Workflow} version {status.Version}; this program has {(version == 0 ? "none" : $"version {version}")}.");
            }

            var instance = Instance.Load(this, status.Id);
            halted.TryRemove(status.Id, out _);
            active[status.Id] = instance;
            loaded.Add(instance);
            return new(status.Id, ResumeResult.Resumed, "");
        }
        catch (NonDeterminismException error)
        {
            AppendEnd(status, new Failed(new("NonDeterminism", error.Message, null)));
            locks.Release(status.Root);
            return new(status.Id, ResumeResult.NonDeterministic, error.Message);
        }
        catch (HistoryException error)
        {
            locks.Release(status.Root);
            return new(status.Id, ResumeResult.Unreadable, error.Message);
        }
    }

    private void AppendEnd(InstanceStatus status, HistoryEvent end)
    {
        var path = Folder.HistoryOf(status.Id);
        var content = HistoryFile.Read(path);
        var now = Options.Time.GetUtcNow();
        var last = content.Events[^1].At;
        HistoryFile.Continue(path, content, Options.Disk).Append(now > last ? now : last, [end]);
        Inbox.Clear(Folder.InboxOf(status.Id));
        Tell(Folder.Status(status.Id)!);
    }

    /// <summary>Tells the caller of a sub-workflow how it ended; one that is not at work sees it when it is resumed.</summary>
    private void Tell(InstanceStatus ended)
    {
        if (ended.Parent is { } call && active.TryGetValue(call.Instance, out var parent))
        {
            parent.Post(ReplyOf(ended), call.Generation);
        }
    }

    private static Reply ReplyOf(InstanceStatus ended) => ended.Phase is InstancePhase.Completed
        ? new ChildCompleted(ended.Parent!.Operation, ended.Output ?? default)
        : new ChildFailed(ended.Parent!.Operation, ended.Failure!);

    private void Forget(Instance instance)
    {
        if (active.TryRemove(instance.Id, out _))
        {
            locks.Release(instance.Root);
        }
    }
}
