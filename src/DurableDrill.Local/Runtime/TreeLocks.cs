namespace DurableDrill.Local.Runtime;

/// <summary>The locks that this runtime holds: one for each tree of instances, as long as one of the tree is at work here.</summary>
internal sealed class TreeLocks(InstanceFolder folder) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (InstanceLock Lock, int Users)> held = [];

    /// <summary>Takes part in a tree; false when another process runs it.</summary>
    public bool TryTake(string root)
    {
        lock (gate)
        {
            if (held.TryGetValue(root, out var entry))
            {
                held[root] = entry with { Users = entry.Users + 1 };
                return true;
            }

            if (InstanceLock.TryTake(folder.LockOf(root)) is not { } taken)
            {
                return false;
            }

            held[root] = (taken, 1);
            return true;
        }
    }

    public void Release(string root)
    {
        lock (gate)
        {
            if (!held.TryGetValue(root, out var entry))
            {
                return;
            }

            held[root] = entry with { Users = entry.Users - 1 };
            if (entry.Users == 1)
            {
                held.Remove(root);
                entry.Lock.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var (taken, _) in held.Values)
            {
                taken.Dispose();
            }

            held.Clear();
        }
    }
}
