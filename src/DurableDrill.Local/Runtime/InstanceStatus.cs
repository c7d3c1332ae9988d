using System.Text.Json;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>Where an instance stands.</summary>
internal enum InstancePhase
{
    /// <summary>Not ended; whether a process works on it now is another question.</summary>
    Running,

    /// <summary>The workflow returned.</summary>
    Completed,

    /// <summary>The workflow threw, stalled, or no longer matches its history.</summary>
    Failed,

    /// <summary>Ended from outside; the workflow's code was not asked.</summary>
    Terminated,

    /// <summary>Its history is damaged.</summary>
    Unreadable,
}

/// <summary>What is known of an instance from its history alone.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Workflow">The name of its workflow; empty when unreadable.</param>
/// <param name="Version">The version of the workflow that its history was written by.</param>
/// <param name="CreatedAt">When the first generation began.</param>
/// <param name="UpdatedAt">The time of its last event.</param>
/// <param name="Parent">Who called it.</param>
/// <param name="Published">The last status that the workflow published in this generation.</param>
/// <param name="Output">What it returned, when completed.</param>
/// <param name="Failure">Why it failed, was terminated, or cannot be read.</param>
internal sealed record InstanceStatus(
    string Id,
    InstancePhase Phase,
    string Workflow,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    ParentCall? Parent = null,
    JsonElement? Published = null,
    JsonElement? Output = null,
    StepFailure? Failure = null)
{
    /// <summary>Whether nothing more will happen to it.</summary>
    public bool Ended => Phase is not InstancePhase.Running;

    /// <summary>The top of its tree.</summary>
    public string Root => Parent?.Root ?? Id;

    /// <summary>Reads the status off a history.</summary>
    public static InstanceStatus Of(string id, IReadOnlyList<HistoryEvent> history)
    {
        var started = (Started)history[0];
        var published = history.OfType<Published>().LastOrDefault()?.Status;
        var status = new InstanceStatus(id, InstancePhase.Running, started.Workflow, started.Version, started.CreatedAt, history[^1].At, started.Parent, published);
        return history[^1] switch
        {
            Completed completed => status with { Phase = InstancePhase.Completed, Output = completed.Output },
            Failed failed => status with { Phase = InstancePhase.Failed, Failure = failed.Failure },
            Terminated terminated => status with { Phase = InstancePhase.Terminated, Failure = new("Terminated", terminated.Reason, null) },
            _ => status,
        };
    }

    /// <summary>The status of an instance whose history is damaged.</summary>
    public static InstanceStatus Unreadable(string id, HistoryException error) =>
        new(id, InstancePhase.Unreadable, "", 0, default, default, Failure: new("HistoryUnreadable", error.Message, null));
}
