using System.Text.Json;
using DurableDrill.Adapters.Processes.Injuries;
using DurableDrill.Faults;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>
/// A pipeline whose components are detached processes of this machine, brought up by <see cref="ProcessPipeline"/>. Everything it must know
/// is in the run's folder, so whoever finds that folder can revert.
/// </summary>
/// <param name="name">The target's name.</param>
/// <param name="folder">The run's folder.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessTarget(string name, RunFolder folder, TimeProvider time) : IRestartable
{
    private readonly HoldFile hold = new(folder, time);

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) =>
        await folder.ReadAsync(cancellation) is not { } state
            ? [new(Severity.Error, "target", $"'{Name}' was not brought up here (there is no {folder.StatePath}): nothing is a target unless drill up made it one.")]
            : state.Phase != RunPhase.Up
                ? [new(Severity.Error, "target", $"'{Name}' is not up (it is {state.Phase}). Bring it up with drill up.")]
                : [.. faults.SelectMany((fault, index) => InjuryTable.Check(fault, $"faults[{index}]", folder, state, time))];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation)
    {
        var state = await folder.RequireAsync(cancellation);
        return [.. state.Definition.Components.Keys.Select(component => Inspect(state, component))];
    }

    /// <inheritdoc/>
    public async Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var state = await folder.RequireAsync(cancellation);
        return InjuryTable.Of(ticket.Fault).Prepare(new(folder, state, ticket, time));
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var injury = InjuryTable.Of(ticket.Fault);
        using var _ = await LockAsync(injury, ticket.Fault, cancellation);
        var state = await folder.UpdateAsync(
            current => current.Phase == RunPhase.Down ? throw new TargetException($"{Name} is down.")
                : current.Reverted.Contains(ticket.Id) ? throw new TargetException($"{ticket.Id} was reverted already.")
                : time.GetUtcNow() >= ticket.ApplyDeadline ? throw new TargetException($"{ticket.Id}: its deadline has passed.")
                : current with { Faults = ComponentRunner.With(current.Faults, ticket.Id, ticket.Fault) },
            cancellation);
        await injury.ApplyAsync(new(folder, state, ticket, time), cancellation);
    }

    /// <inheritdoc/>
    public async Task RevertAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var injury = InjuryTable.Of(ticket.Fault);
        using var _ = await LockAsync(injury, ticket.Fault, cancellation);
        if (await folder.ReadAsync(cancellation) is not { Phase: not RunPhase.Down } state)
        {
            return;
        }

        await injury.RevertAsync(new(folder, Without(state), ticket, time), cancellation);
        await folder.UpdateAsync(
            current => Without(current) with { Reverted = [.. current.Reverted.Where(id => id != ticket.Id), ticket.Id] }, cancellation);

        RunState Without(RunState current) =>
            current with { Faults = current.Faults.Where(fault => fault.Key != ticket.Id).ToDictionary() };
    }

    /// <inheritdoc/>
    public async Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation) =>
        await folder.ReadAsync(cancellation) is not { Phase: not RunPhase.Down } state ? FaultPresence.TargetGone
        : state.Faults.ContainsKey(ticket.Id)
            || await InjuryTable.Of(ticket.Fault).IsPresentAsync(new(folder, state, ticket, time), cancellation) ? FaultPresence.Present
        : FaultPresence.Absent;

    /// <inheritdoc/>
    public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation) => hold.TakeAsync(wanted, cancellation);

    /// <inheritdoc/>
    public Task ReleaseAsync(string owner, CancellationToken cancellation) => hold.ReleaseAsync(owner, cancellation);

    /// <inheritdoc/>
    public bool IsWatched() => folder.IsWatched();

    /// <inheritdoc/>
    public Task<Hold?> HolderAsync(CancellationToken cancellation) => hold.ReadAsync(cancellation);

    /// <inheritdoc/>
    public async Task<RestartOutcome> RestartAsync(string component, string? seen, IReadOnlyCollection<string> despite, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync(component, cancellation);
        var state = await folder.RequireAsync(cancellation);
        if (state.RefuseRestart(component, despite) is { } refusal)
        {
            return refusal;
        }

        var now = Inspect(state, component);
        if (now.Identity != seen)
        {
            return RestartOutcome.Changed;
        }

        var runner = new ComponentRunner(folder, component, time);
        if (now.Status == ComponentStatus.Running)
        {
            await runner.StopAsync(state, cancellation);
        }

        await runner.StartAsync(state, cancellation);
        return RestartOutcome.Restarted;
    }

    /// <inheritdoc/>
    public async Task<bool> ActAsync(string component, string action, CancellationToken cancellation)
    {
        var state = await folder.RequireAsync(cancellation);
        var definition = state.Definition.Components[component];
        if ((action == "pause" ? definition.Pause : action == "resume" ? definition.Resume : null) is not { } declared)
        {
            return false;
        }

        await ComponentAction.RunAsync(declared, cancellation);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ComponentState Inspect(RunState state, string component)
    {
        if (!state.Processes.TryGetValue(component, out var started))
        {
            return new(component, ComponentStatus.Missing, null, null, "never started");
        }

        var leader = ProcessTable.Find(started.Process);
        var identity = $"{started.Process.Pid}@{started.Process.StartTicks}";
        return new(component,
            leader is null ? ComponentStatus.Stopped : leader.IsFrozen ? ComponentStatus.Paused : ComponentStatus.Running,
            identity, started.Starts - 1, leader is null ? $"pid {started.Process.Pid} has ended" : started.Process.ToString());
    }

    private async Task<IDisposable> LockAsync(Injury injury, Fault fault, CancellationToken cancellation)
    {
        var state = await folder.RequireAsync(cancellation);
        var held = new Locks();
        try
        {
            // Always in the same order, or two callers could wait for each other.
            foreach (var key in injury.Locks(state, fault).Distinct().Order(StringComparer.Ordinal))
            {
                held.Add(await folder.LockAsync(key, cancellation));
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private sealed class Locks : List<IDisposable>, IDisposable
    {
        public void Dispose() => ForEach(held => held.Dispose());
    }
}
