using System.Text.Json;
using DurableDrill.Documents;
using DurableDrill.Faults;

namespace DurableDrill.Targets;

/// <summary>A pipeline that can be injured. All calls are idempotent; "the target is gone, nothing to revert" is success.</summary>
public interface ITarget : IAsyncDisposable
{
    /// <summary>The target's name.</summary>
    string Name { get; }

    /// <summary>
    /// Says, before anything is injured, why these faults cannot be done here: unsupported kind, unknown component, no opt-in, missing right.
    /// Warnings tell what a person should know (no volume, no restart policy).
    /// </summary>
    Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation);

    /// <summary>The state of every component.</summary>
    Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation);

    /// <summary>What the components live in; null: nothing that ends with them, or it cannot be told.</summary>
    Task<Carrier?> ReadCarrierAsync(CancellationToken cancellation) => Task.FromResult<Carrier?>(null);

    /// <summary>Reads what an undo will need. No effect; its result is durable in the ticket before <see cref="ApplyAsync"/>.</summary>
    Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation);

    /// <summary>Applies the ticket's fault and returns when it has taken hold.</summary>
    Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation);

    /// <summary>Undoes the ticket's fault, whether it was applied or not. Acts from the ticket alone.</summary>
    Task RevertAsync(FaultTicket ticket, CancellationToken cancellation);

    /// <summary>Looks whether the ticket's fault is there.</summary>
    Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation);

    /// <summary>
    /// Takes the target for one drill, at the target itself, so that every host sees it. Taking it again as the same owner extends it, and never shortens it.
    /// Returns the holder: the caller, or who has it. An expired hold is taken over.
    /// </summary>
    Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation);

    /// <summary>Lets the target go; another owner's hold stays.</summary>
    Task ReleaseAsync(string owner, CancellationToken cancellation);

    /// <summary>
    /// Runs a component's declared action ("pause", "resume"). False when the component declares none.
    /// </summary>
    Task<bool> ActAsync(string component, string action, CancellationToken cancellation);
}

/// <summary>Something that a check found.</summary>
/// <param name="Severity">An error ends the drill before anything is injured.</param>
/// <param name="Path">The field or component it is about: <c>faults[0].component</c>.</param>
/// <param name="Message">What was found and what is allowed.</param>
/// <param name="At">Where it stands in a file; null: it is not about a file.</param>
public sealed record Finding(Severity Severity, string Path, string Message, Mark? At = null)
{
    /// <summary>One line: <c>orders.yaml:12:5: components.kafka.run: …</c>.</summary>
    public override string ToString() => string.Concat(At is null ? "" : $"{At}: ", Path.Length == 0 ? "" : $"{Path}: ", Message);
}

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>To be told, in the report too.</summary>
    Warning,

    /// <summary>The drill does not start.</summary>
    Error,
}

/// <summary>A component as its carrier sees it. "Running" is not "recovered".</summary>
/// <param name="Name">The component.</param>
/// <param name="Status">What it is doing.</param>
/// <param name="Identity">Changes when the component is started anew (pid and start time, container id and start).</param>
/// <param name="Restarts">How often its supervisor has restarted it; null: unknown.</param>
/// <param name="Detail">The carrier's own words.</param>
public sealed record ComponentState(string Name, ComponentStatus Status, string? Identity, int? Restarts, string? Detail)
{
    /// <summary>What a health check of the carrier's own says of it, such as a Docker HEALTHCHECK; null: there is none, or it has not decided yet.</summary>
    public bool? Healthy { get; init; }
}

/// <summary>What components live in, and end with: an engine.</summary>
/// <param name="Name">Which, for people.</param>
/// <param name="Epoch">Changes when it is started anew and they have ended with it.</param>
public sealed record Carrier(string Name, string Epoch);

/// <summary>What a component is doing.</summary>
public enum ComponentStatus
{
    /// <summary>It is running (which says nothing of its work).</summary>
    Running,

    /// <summary>It is frozen.</summary>
    Paused,

    /// <summary>It is there and not running.</summary>
    Stopped,

    /// <summary>It is not there.</summary>
    Missing,
}

/// <summary>Whether a fault is there.</summary>
public enum FaultPresence
{
    /// <summary>It is.</summary>
    Present,

    /// <summary>It is not, and the component is as it was.</summary>
    Absent,

    /// <summary>The component itself is gone: nothing to revert.</summary>
    TargetGone,
}

/// <summary>One drill at a time has a target.</summary>
/// <param name="Owner">The drill's id.</param>
/// <param name="Host">Which machine or app, for people.</param>
/// <param name="Until">When it may be taken over.</param>
public sealed record Hold(string Owner, string Host, DateTimeOffset Until);
