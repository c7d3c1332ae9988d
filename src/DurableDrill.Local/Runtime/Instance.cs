using DurableDrill.Adapters.Files;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// One instance at work: takes what happens, one thing at a time, writes it and the code's answer to the history, and only then acts on that answer.
/// </summary>
internal sealed class Instance : IDisposable
{
    private readonly IInstanceHost host;
    private readonly Mailbox<Letter> mailbox;
    private readonly HashSet<string> seenSignals = [];
    private readonly TaskCompletionSource<InstanceStatus> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HistoryFile history;
    private Started started;
    private Replayed replayed;
    private TimerQueue timers;
    private bool over;

    private Instance(IInstanceHost host, string id, HistoryFile history, HistoryContent content, bool fresh)
    {
        (this.host, Id) = (host, id);
        mailbox = new Mailbox<Letter>(host.Options.Scheduler, host.Gauge, Handle);
        (this.history, started, replayed, timers) = Generation(history, content, fresh);
        seenSignals.UnionWith(content.Events.OfType<SignalReceived>().Select(each => each.Signal.Id));
        seenSignals.UnionWith((started.Carried ?? []).Select(each => each.Id));
    }

    public string Id { get; }

    public ParentCall? Parent => started.Parent;

    public string Root => Parent?.Root ?? Id;

    /// <summary>The final status. <see cref="HistoryException"/> when the history cannot be written.</summary>
    public Task<InstanceStatus> Ended => ended.Task;

    private WorkflowExecution Execution => replayed.Execution;

    /// <summary>A new instance, durable when this returns; it does nothing before <see cref="Run"/>.</summary>
    /// <exception cref="HistoryException">The disk is full or broken; there is no instance then.</exception>
    public static Instance Create(IInstanceHost host, string id, Started started)
    {
        var (history, content) = HistoryFile.Begin(host.Folder.HistoryOf(id), started, host.Options.Disk);
        return new Instance(host, id, history, content, fresh: true);
    }

    /// <summary>An instance out of its history; it does nothing before <see cref="Run"/>.</summary>
    /// <exception cref="HistoryException">The history is damaged.</exception>
    /// <exception cref="NonDeterminismException">The history does not match the code.</exception>
    public static Instance Load(IInstanceHost host, string id)
    {
        var path = host.Folder.HistoryOf(id);
        var content = HistoryFile.Read(path);
        if (content.Torn > 0)
        {
            host.Options.Log(id, $"{path}: a crash tore the last line; its {content.Torn} bytes are cut off.");
        }

        return new Instance(host, id, HistoryFile.Continue(path, content, host.Options.Disk), content, fresh: false);
    }

    /// <summary>Begins to work.</summary>
    public void Run() => mailbox.Open(Letter.Begin);

    /// <summary>Hands in the answer to an operation. One that came too late, or twice, is dropped.</summary>
    public void Post(Reply reply, int generation) => mailbox.Post(new Letter(reply, generation));

    /// <summary>Ends the instance.</summary>
    public void Terminate(string reason) => mailbox.Post(new Letter(new Terminated(reason)));

    /// <summary>Looks for messages of others.</summary>
    public void TakeInbox()
    {
        foreach (var (path, message) in Inbox.Read(host.Folder.InboxOf(Id)))
        {
            mailbox.Post(Letter.Of(message, path));
        }
    }

    /// <summary>Stops where it is, as a crash would.</summary>
    public void Dispose()
    {
        over = true;
        timers.Dispose();
        ended.TrySetCanceled();
    }

    private (HistoryFile, Started, Replayed, TimerQueue) Generation(HistoryFile file, HistoryContent content, bool fresh)
    {
        var first = content.Started;
        var brought = Replay.Run(Id, content, file.Path, host.Options.Catalog, () => mailbox.Post(Letter.Escaped), fresh);
        return (file, first, brought, new TimerQueue(host.Options.Time, timer => Post(new TimerFired(timer), first.Generation)));
    }

    private void Handle(Letter letter)
    {
        if (over || host.Stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            Take(letter);
            if (letter.File is not null)
            {
                AtomicFile.Delete(letter.File);
            }
        }
        catch (Exception error)
        {
            // A full disk, most likely. The history is whole; the instance goes on from it when it is resumed.
            over = true;
            timers.Dispose();
            host.OnHalted(this, error);
            ended.TrySetException(error);
        }
    }

    private void Take(Letter letter)
    {
        switch (letter.Wake)
        {
            case null when letter == Letter.Begin:
                Recover();
                break;
            case null:
                Commit(Execution.Escape is { } escaped ? [escaped] : [], history.LastAt);
                break;
            case Terminated terminated:
                history.Append(Later(history.LastAt), [terminated]);
                End();
                break;
            case SignalReceived received when !seenSignals.Add(received.Signal.Id):
            case Reply reply when letter.Generation != started.Generation || !Execution.Open.ContainsKey(reply.Id):
                break;
            default:
                Turn(letter.Wake);
                break;
        }
    }

    private void Turn(Wake wake)
    {
        var due = wake is TimerFired fired ? ((TimerCreated)Execution.Open[fired.Id].Command).FireAt : default;
        var at = Later(due);
        Commit([wake, .. Execution.Apply(wake with { At = at }, replaying: false)], at);
    }

    /// <summary>What was under way when the history ended is begun again; then comes the rest of the last turn.</summary>
    private void Recover()
    {
        foreach (var open in Execution.Open.Values.Select(open => open.Command).Except(replayed.Unwritten).ToList())
        {
            Act((Command)open);
        }

        foreach (var signal in replayed.InDoubt)
        {
            Act(signal);
        }

        Commit(replayed.Unwritten, history.LastAt);
        if (!over)
        {
            TakeInbox();
        }
    }

    private void Commit(IReadOnlyList<HistoryEvent> events, DateTimeOffset at)
    {
        while (events.Count > 0)
        {
            var end = events[^1] is ContinuedAsNew or Completed or Failed ? (Command)events[^1] : null;
            history.Append(at, end is null ? events : events.SkipLast(1));
            foreach (var command in events.OfType<Command>().Where(each => each != end))
            {
                Act(command);
            }

            if (end is not ContinuedAsNew next)
            {
                Finish(end, at);
                return;
            }

            ContinueAsNew(next);
            (events, at) = (replayed.Unwritten, history.LastAt);
        }
    }

    /// <summary>The end is written when the rest of its turn has been acted on: nobody looks into the history of an ended instance for what is left to do.</summary>
    private void Finish(Command? end, DateTimeOffset at)
    {
        if (end is not null)
        {
            history.Append(at, [end]);
            End();
        }
    }

    private void ContinueAsNew(ContinuedAsNew next)
    {
        var (file, content) = HistoryFile.Begin(
            history.Path,
            started with
            {
                At = history.LastAt,
                Version = host.Options.Catalog.VersionOf(started.Workflow),
                Generation = started.Generation + 1,
                Input = next.Input,
                Carried = Execution.UntakenSignals is [] ? null : [.. Execution.UntakenSignals],
            },
            host.Options.Disk);
        timers.Dispose();
        (history, started, replayed, timers) = Generation(file, content, fresh: true);
    }

    private void Act(Command command)
    {
        switch (command)
        {
            case StepScheduled step:
                StepRunner.Start(host, this, step, started.Generation);
                break;
            case TimerCreated timer:
                timers.Add(timer);
                break;
            case TimerCancelled cancelled:
                timers.Remove(cancelled.Timer);
                break;
            case ChildScheduled child:
                host.StartChild(this, child, new ParentCall(Id, started.Generation, child.Id, Root));
                break;
            case SignalSent sent:
                host.Deliver(sent.To, sent.Signal);
                break;
            case Logged logged:
                host.Options.Log(Id, logged.Message);
                break;
        }
    }

    private void End()
    {
        over = true;
        timers.Dispose();
        var status = InstanceStatus.Of(Id, HistoryFile.Read(history.Path).Events);
        Inbox.Clear(host.Folder.InboxOf(Id));
        host.OnEnded(this, status);
        ended.TrySetResult(status);
    }

    private DateTimeOffset Later(DateTimeOffset other)
    {
        var now = host.Options.Time.GetUtcNow();
        var latest = now > other ? now : other;
        return latest > history.LastAt ? latest : history.LastAt;
    }
}
