using System.Collections.Concurrent;

namespace DurableDrill.Local.Runtime;

/// <summary>The instances that are at work in this process, and the trees that it holds for them.</summary>
internal sealed class WorkingInstances(InstanceFolder folder) : IDisposable
{
    private readonly ConcurrentDictionary<string, Instance> active = new();
    private readonly ConcurrentDictionary<string, Exception> halted = new();

    /// <summary>The locks of the trees.</summary>
    public TreeLocks Trees { get; } = new(folder);

    public ICollection<Instance> All => active.Values;

    public Instance? Find(string id) => active.GetValueOrDefault(id);

    /// <summary>Why an instance stands still; null when it does not, or is not ours.</summary>
    public Exception? WhyHalted(string id) => halted.GetValueOrDefault(id);

    /// <summary>Takes up an instance whose tree was taken for it.</summary>
    public void Add(Instance instance)
    {
        halted.TryRemove(instance.Id, out _);
        active[instance.Id] = instance;
    }

    /// <summary>Lets go of an instance, and of its tree when it was the last one of it here.</summary>
    public void Remove(Instance instance, Exception? error = null)
    {
        if (error is not null)
        {
            halted[instance.Id] = error;
        }

        if (active.TryRemove(instance.Id, out _))
        {
            Trees.Release(instance.Root);
        }
    }

    public void Dispose() => Trees.Dispose();
}
