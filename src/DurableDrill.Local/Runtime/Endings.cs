namespace DurableDrill.Local.Runtime;

/// <summary>How the end of an instance is written when nobody works on it, and told to whoever called it.</summary>
internal sealed class Endings(IInstanceHost host, WorkingInstances working)
{
    /// <summary>Ends an instance that is not at work. Its tree is ours.</summary>
    public void Append(InstanceStatus status, HistoryEvent end)
    {
        var path = host.Folder.HistoryOf(status.Id);
        var content = HistoryFile.Read(path);
        var now = host.Options.Time.GetUtcNow();
        var last = content.Events[^1].At;
        HistoryFile.Continue(path, content, host.Options.Disk).Append(now > last ? now : last, [end]);
        Inbox.Clear(host.Folder.InboxOf(status.Id));
        Tell(host.Folder.Status(status.Id)!);
    }

    /// <summary>Tells the caller of a sub-workflow how it ended; one that is not at work sees it when it is resumed.</summary>
    public void Tell(InstanceStatus ended)
    {
        if (ended.Parent is { } call)
        {
            working.Find(call.Instance)?.Post(ReplyOf(ended), call.Generation);
        }
    }

    /// <summary>Tells the caller that its sub-workflow cannot go on, so that it does not wait for what will not come before somebody mends the disk.</summary>
    public void TellHalted(Instance instance, Exception error)
    {
        if (instance.Parent is { } call)
        {
            working.Find(call.Instance)?.Post(new ChildFailed(call.Operation, new("InstanceHalted", error.Message, null)), call.Generation);
        }
    }

    /// <summary>An end as the answer to the call.</summary>
    public static Reply ReplyOf(InstanceStatus ended) => ended.Phase is InstancePhase.Completed
        ? new ChildCompleted(ended.Parent!.Operation, ended.Output ?? default)
        : new ChildFailed(ended.Parent!.Operation, ended.Failure!);
}
