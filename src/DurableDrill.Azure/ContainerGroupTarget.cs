using System.Text.Json;
using Azure.ResourceManager.ContainerInstance;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Azure;

/// <summary>
/// A pipeline whose components are container groups. A fault hits a whole group: the platform stops, starts and restarts no single container.
/// Everything that an undo needs is in the ticket and at the group.
/// </summary>
/// <param name="definition">The target file.</param>
/// <param name="groups">Reaches the groups.</param>
/// <param name="time">The clock.</param>
public sealed class ContainerGroupTarget(TargetDefinition definition, ContainerGroups groups, TimeProvider time) : ITarget
{
    /// <summary>The carrier's name in target files.</summary>
    public const string Carrier = "container-groups";

    /// <summary>The tag by which a group says of which target it is a part.</summary>
    public const string OptInTag = "durabledrill-target";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly GroupHold hold = new(groups, time);

    /// <inheritdoc/>
    public string Name => definition.Target;

    private IReadOnlyList<string> Groups =>
        [.. definition.Components.Values.Select(component => GroupName.Of(component).Group).Distinct().Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation) =>
        new GroupChecks(definition, groups).RunAsync(faults, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(Groups.Select(async group => (group, Data: await groups.FindAsync(group, cancellation))));
        var byName = found.ToDictionary(each => each.group, each => each.Data);
        return [.. definition.Components.Select(component => StateOf(component.Key, GroupName.Of(component.Value), byName[GroupName.Of(component.Value).Group]))];
    }

    /// <inheritdoc/>
    public async Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var group = GroupOf(ticket.Fault);
        var data = await groups.FindAsync(group, cancellation) ?? throw new TargetException($"there is no container group {group}");
        return DrillJson.ToElement(new GroupUndo(group, WasRunning: !IsStopped(data)));
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var group = GroupOf(ticket.Fault);
        var there = ticket.Fault switch
        {
            Stop => await groups.StopAsync(group, cancellation) && await StoppedAsync(group, cancellation),
            Restart => await groups.RestartAsync(group, cancellation),
            _ => throw new TargetException(GroupChecks.Unsupported(ticket.Fault)),
        };
        if (!there)
        {
            throw new TargetException($"there is no container group {group}");
        }
    }

    /// <inheritdoc/>
    public async Task RevertAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        // A group that is gone cannot be started, and need not be.
        if (ticket is { Fault: Stop, Undo: { } undo } && DrillJson.FromElement<GroupUndo>(undo) is { WasRunning: true, Group: var group }
            && await groups.FindAsync(group, cancellation) is { } data && IsStopped(data))
        {
            await groups.StartAsync(group, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var undo = ticket.Undo is { } known ? DrillJson.FromElement<GroupUndo>(known) : new(GroupOf(ticket.Fault), WasRunning: true);
        return await groups.FindAsync(undo.Group, cancellation) is not { } data ? FaultPresence.TargetGone
            : ticket.Fault is Stop && undo.WasRunning && IsStopped(data) ? FaultPresence.Present
            : FaultPresence.Absent;
    }

    /// <inheritdoc/>
    public Task<Hold> HoldAsync(Hold wanted, CancellationToken cancellation) => hold.TakeAsync(Groups, wanted, cancellation);

    /// <inheritdoc/>
    public Task ReleaseAsync(string owner, CancellationToken cancellation) => hold.ReleaseAsync(Groups, owner, cancellation);

    /// <inheritdoc/>
    public async Task<bool> ActAsync(string component, string action, CancellationToken cancellation)
    {
        var known = definition.Components[component];
        if ((action == "pause" ? known.Pause : action == "resume" ? known.Resume : null) is not { } declared)
        {
            return false;
        }

        await ComponentAction.RunAsync(declared, cancellation);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static bool IsStopped(ContainerGroupData data) =>
        data.InstanceView?.State is "Stopped" or "Succeeded" or "Failed" || (data.InstanceView?.State is null && data.Containers.All(IsDown));

    private static bool IsDown(global::Azure.ResourceManager.ContainerInstance.Models.ContainerInstanceContainer container) =>
        container.InstanceView?.CurrentState?.State is null or "Terminated";

    private string GroupOf(Fault fault) => definition.Components.TryGetValue(fault.Component, out var component)
        ? GroupName.Of(component).Group
        : throw new TargetException($"'{Name}' has no component '{fault.Component}'");

    private async Task<bool> StoppedAsync(string group, CancellationToken cancellation)
    {
        while (await groups.FindAsync(group, cancellation) is { } data)
        {
            if (IsStopped(data))
            {
                return true;
            }

            await Task.Delay(LookEvery, time, cancellation);
        }

        return false;
    }

    private static ComponentState StateOf(string component, GroupName name, ContainerGroupData? data)
    {
        if (data is null)
        {
            return new(component, ComponentStatus.Missing, null, null, $"there is no container group {name.Group}");
        }

        var containers = data.Containers.Where(container => name.Container is null || container.Name == name.Container).ToList();
        var states = containers.Select(container => container.InstanceView?.CurrentState).ToList();
        var running = containers.Count > 0 && states.All(state => state?.State == "Running");
        return new(
            component,
            containers.Count == 0 ? ComponentStatus.Missing : running ? ComponentStatus.Running : ComponentStatus.Stopped,
            string.Join(' ', states.Select(state => $"{state?.StartOn:O}")),
            containers.Sum(container => container.InstanceView?.RestartCount ?? 0),
            $"{data.InstanceView?.State}: {string.Join(", ", containers.Zip(states, (container, state) => $"{container.Name} {state?.State} {state?.DetailStatus}".Trim()))}");
    }

    /// <summary>What the undo of a fault needs.</summary>
    private sealed record GroupUndo(string Group, bool WasRunning);
}
