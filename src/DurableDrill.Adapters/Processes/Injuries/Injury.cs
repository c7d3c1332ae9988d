using System.Text.Json;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>
/// How processes suffer one kind of fault. Whoever calls has the locks. What is to be done follows from all faults that the state lists, so
/// that one that ends does not take away another on the same component.
/// </summary>
internal abstract class Injury
{
    /// <summary>The names of the locks that apply and revert take, so that nobody else touches what they touch.</summary>
    public virtual IEnumerable<string> Locks(RunState state, Fault fault) => [fault.Component];

    /// <summary>Why it cannot be done here, and what a person should know; the path is relative to the fault.</summary>
    public virtual IEnumerable<Finding> Check(Scene scene) => [];

    /// <summary>Reads what the undo needs.</summary>
    public virtual JsonElement Prepare(Scene scene) => DrillJson.ToElement(new ProcessUndo(scene.Leader?.Identity));

    /// <summary>Does it; the state lists the fault already.</summary>
    public abstract Task ApplyAsync(Scene scene, CancellationToken cancellation);

    /// <summary>Undoes it; the state lists only the other faults.</summary>
    public abstract Task RevertAsync(Scene scene, CancellationToken cancellation);

    /// <summary>Whether it can be seen to be there although the state does not list it.</summary>
    /// <exception cref="TargetException">Something else is wrong in its place.</exception>
    public abstract Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation);

    protected static Finding Error(string field, string message) => new(Severity.Error, field, message);

    protected static Finding Warning(string field, string message) => new(Severity.Warning, field, message);
}

/// <summary>What most undos need.</summary>
/// <param name="Process">The component's process before the fault; null: it did not run.</param>
internal sealed record ProcessUndo(ProcessIdentity? Process);

/// <summary>One fault on one run.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="State">The run as it is.</param>
/// <param name="Ticket">The fault's ticket.</param>
/// <param name="Time">The clock.</param>
internal sealed record Scene(RunFolder Folder, RunState State, FaultTicket Ticket, TimeProvider Time)
{
    public string Component => Ticket.Fault.Component;

    public ComponentDefinition Definition => State.Definition.Components[Component];

    public ProcessEntry? Leader => ComponentRunner.Leader(State, Component);

    public ComponentRunner Runner => new(Folder, Component, Time);

    /// <summary>The faults of other tickets on the same component.</summary>
    public IEnumerable<Fault> Others => State.Faults.Where(other => other.Key != Ticket.Id && other.Value.Component == Component)
        .Select(other => other.Value);

    /// <summary>The component's process, which a fault needs that cannot be done to a dead one.</summary>
    public ProcessEntry RequireLeader() =>
        Leader ?? throw new TargetException($"{Component} does not run, so there is nothing to {Ticket.Fault.Kind}.");

    public T Undo<T>() => DrillJson.FromElement<T>(Ticket.Undo ?? throw new TargetException($"{Ticket.Id} has no undo."));
}
