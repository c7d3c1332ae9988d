namespace DurableDrill.Local.Runtime;

/// <summary>Takes up the instances that have not ended, out of their histories.</summary>
/// <param name="host">The runtime that they are to work in.</param>
/// <param name="working">Where they are entered.</param>
/// <param name="endings">How one that cannot go on is ended.</param>
internal sealed class Resumption(IInstanceHost host, WorkingInstances working, Endings endings)
{
    private readonly List<Instance> loaded = [];

    /// <summary>What was taken up; it does nothing yet.</summary>
    public IReadOnlyList<Instance> Loaded => loaded;

    /// <summary>Takes up all that nobody works on.</summary>
    public IReadOnlyList<ResumeOutcome> LoadAll() =>
    [
        .. host.Folder.List()
            .Where(each => each.Phase is InstancePhase.Running or InstancePhase.Unreadable && working.Find(each.Id) is null)
            .Select(Load),
    ];

    private ResumeOutcome Load(InstanceStatus status)
    {
        if (status.Phase is InstancePhase.Unreadable)
        {
            return new(status.Id, ResumeResult.Unreadable, status.Failure!.Message);
        }

        if (!working.Trees.TryTake(status.Root))
        {
            return new(status.Id, ResumeResult.RunsElsewhere, "Another process runs it.");
        }

        var outcome = LoadOwned(status);
        if (outcome.Result is not ResumeResult.Resumed)
        {
            working.Trees.Release(status.Root);
        }

        return outcome;
    }

    private ResumeOutcome LoadOwned(InstanceStatus status)
    {
        var catalog = host.Options.Catalog;
        var version = catalog.Workflows.Contains(status.Workflow) ? catalog.VersionOf(status.Workflow) : 0;
        if (version != status.Version)
        {
            return new(
                status.Id,
                ResumeResult.OtherVersion,
                $"Its history is of {status.Workflow} version {status.Version}; this program has {(version == 0 ? "none" : $"version {version}")}.");
        }

        try
        {
            var instance = Instance.Load(host, status.Id);
            working.Add(instance);
            loaded.Add(instance);
            return new(status.Id, ResumeResult.Resumed, "");
        }
        catch (NonDeterminismException error)
        {
            endings.Append(status, new Failed(new("NonDeterminism", error.Message, null)));
            return new(status.Id, ResumeResult.NonDeterministic, error.Message);
        }
        catch (HistoryException error)
        {
            return new(status.Id, ResumeResult.Unreadable, error.Message);
        }
    }
}
