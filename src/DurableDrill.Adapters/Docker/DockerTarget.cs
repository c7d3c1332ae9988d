using System.Text.Json;
using DurableDrill.Adapters.Docker.Injuries;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// A pipeline whose components are containers of one Docker engine. Which faults are there stands in the target's folder; who holds it stands at the
/// engine. The containers bear the label <c>durabledrill.target=NAME</c>, or the target file says <c>allow_unlabelled: true</c>.
/// </summary>
/// <param name="folder">The target's folder, with its definition.</param>
/// <param name="definition">The target.</param>
/// <param name="engine">The engine; disposed with the target.</param>
/// <param name="time">The clock.</param>
public sealed class DockerTarget(RunFolder folder, TargetDefinition definition, DockerEngine engine, TimeProvider time) : IRestartable
{
    private readonly VolumeHold hold = new(engine, definition.Target, time);

    /// <inheritdoc/>
    public string Name { get; } = definition.Target;

    /// <summary>Its containers, for probes.</summary>
    public DockerComponents Components { get; } = new(engine, definition);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Finding>> CheckAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation)
    {
        var state = await folder.RequireAsync(cancellation);
        var findings = new List<Finding>();
        foreach (var (index, fault) in faults.Index())
        {
            var path = $"faults[{index}]";
            try
            {
                findings.AddRange((await CheckAsync(fault, state, cancellation)).Select(finding => finding with { Path = $"{path}.{finding.Path}" }));
            }
            catch (EngineException error)
            {
                findings.Add(new(Severity.Error, path, error.Message));
            }
        }

        return findings;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComponentState>> InspectAsync(CancellationToken cancellation) =>
        await Task.WhenAll(definition.Components.Keys.Select(async component =>
            await Components.FindAsync(component, cancellation) is { } container
                ? new(component, StatusOf(container), container.Identity, container.RestartCount, DetailOf(container)) { Healthy = HealthOf(container) }
                : new ComponentState(component, ComponentStatus.Missing, null, null, $"there is no {Components.Describe(component)}")));

    /// <inheritdoc/>
    public async Task<Carrier?> ReadCarrierAsync(CancellationToken cancellation) =>
        await engine.EpochAsync(cancellation) is { } epoch ? new($"the Docker engine at {engine.Host}", epoch) : null;

    /// <inheritdoc/>
    public async Task<JsonElement> PrepareAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var container = await Components.RequireAsync(ticket.Fault.Component, cancellation);
        RequireLabel(ticket.Fault.Component, container);
        var undo = ContainerInjuries.Of(ticket.Fault).Prepare(SceneOf(await folder.RequireAsync(cancellation), ticket, container));
        return DrillJson.ToElement(undo with { EngineEpoch = await engine.EpochAsync(cancellation) });
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync(ticket.Fault.Component, cancellation);
        var container = await Components.RequireAsync(ticket.Fault.Component, cancellation);
        RequireLabel(ticket.Fault.Component, container);
        var state = await folder.UpdateAsync(
            current => current.Phase == RunPhase.Down ? throw new TargetException($"{Name} is down.")
                : current.Reverted.Contains(ticket.Id) ? throw new TargetException($"{ticket.Id} was reverted already.")
                : time.GetUtcNow() >= ticket.ApplyDeadline ? throw new TargetException($"{ticket.Id}: its deadline has passed.")
                : current with { Faults = ComponentRunner.With(current.Faults, ticket.Id, ticket.Fault) },
            cancellation);
        await ContainerInjuries.Of(ticket.Fault).ApplyAsync(SceneOf(state, ticket, container), cancellation);
    }

    /// <inheritdoc/>
    public async Task RevertAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync(ticket.Fault.Component, cancellation);
        await new EngineHelper(engine).ReapAsync(ticket.Id, cancellation);
        if (await FindInjuredAsync(ticket, cancellation) is { } container)
        {
            var scene = SceneOf(Without(await folder.RequireAsync(cancellation)), ticket, container);
            await ContainerInjuries.Of(ticket.Fault).RevertAsync(scene, cancellation);
            if (await scene.EndedWithEngineAsync(cancellation))
            {
                await scene.StartAsync(cancellation);
            }
        }

        await folder.UpdateAsync(
            current => Without(current) with { Reverted = [.. current.Reverted.Where(id => id != ticket.Id), ticket.Id] }, cancellation);

        RunState Without(RunState current) =>
            current with { Faults = current.Faults.Where(fault => fault.Key != ticket.Id).ToDictionary() };
    }

    /// <inheritdoc/>
    public async Task<FaultPresence> VerifyAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var state = await folder.RequireAsync(cancellation);
        if (await FindInjuredAsync(ticket, cancellation) is not { } container)
        {
            return FaultPresence.TargetGone;
        }

        var scene = SceneOf(state, ticket, container);
        return state.Faults.ContainsKey(ticket.Id)
            || await scene.EndedWithEngineAsync(cancellation)
            || await ContainerInjuries.Of(ticket.Fault).IsPresentAsync(scene, cancellation) ? FaultPresence.Present : FaultPresence.Absent;
    }

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
        if ((await folder.RequireAsync(cancellation)).RefuseRestart(component, despite) is { } refusal)
        {
            return refusal;
        }

        var container = await Components.RequireAsync(component, cancellation);
        RequireLabel(component, container);
        if (container.Identity != seen)
        {
            return RestartOutcome.Changed;
        }

        await engine.PostAsync($"containers/{container.Id}/{(container.State.Alive ? "restart?t=15" : "start")}", null, cancellation);
        return RestartOutcome.Restarted;
    }

    /// <inheritdoc/>
    public async Task<bool> ActAsync(string component, string action, CancellationToken cancellation)
    {
        var wanted = definition.Components[component];
        if ((action == "pause" ? wanted.Pause : action == "resume" ? wanted.Resume : null) is not { } declared)
        {
            return false;
        }

        await ComponentAction.RunAsync(declared, cancellation);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        engine.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ComponentStatus StatusOf(Container container) => container.State switch
    {
        { Paused: true } => ComponentStatus.Paused,
        { Alive: true } => ComponentStatus.Running,
        _ => ComponentStatus.Stopped,
    };

    private static bool? HealthOf(Container container) => container.State.Health?.Status switch
    {
        "healthy" => true,
        "unhealthy" => false,
        _ => null,
    };

    private static string DetailOf(Container container) => string.Join(", ", new[]
    {
        $"{container.ShortName} is {container.State.Status}",
        container.State.Health?.Status,
        container.State.Running ? null : $"exit code {container.State.ExitCode}",
        container.State.OomKilled ? "out of memory" : null,
        container.RestartCount > 0 ? $"started again by its restart policy {container.RestartCount} times" : null,
    }.OfType<string>());

    private async Task<IReadOnlyList<Finding>> CheckAsync(Fault fault, RunState state, CancellationToken cancellation)
    {
        if (!definition.Components.ContainsKey(fault.Component))
        {
            return [new(Severity.Error, "component", $"found '{fault.Component}', which is no component; there are: {string.Join(", ", definition.Components.Keys)}.")];
        }

        Container container;
        try
        {
            container = await Components.RequireAsync(fault.Component, cancellation);
            RequireLabel(fault.Component, container);
        }
        catch (TargetException error) when (error is not EngineException)
        {
            return [new(Severity.Error, "component", error.Message)];
        }

        if (StatusOf(container) != ComponentStatus.Running)
        {
            return [new(Severity.Error, "component", $"{fault.Component} does not run ({DetailOf(container)}), so there is nothing to injure.")];
        }

        var ticket = new FaultTicket($"check-{Name}", "check", Name, fault, default, default, default);
        return await ContainerInjuries.Of(fault).CheckAsync(SceneOf(state, ticket, container), cancellation);
    }

    /// <summary>The container that was injured. One that was made anew meanwhile bears nothing of it.</summary>
    private async Task<Container?> FindInjuredAsync(FaultTicket ticket, CancellationToken cancellation)
    {
        var identity = DrillJson.FromElement<ContainerUndo>(ticket.Undo ?? throw new TargetException($"{ticket.Id} has no undo.")).Identity;
        return await engine.FindAsync<Container>($"containers/{identity[..identity.IndexOf('@', StringComparison.Ordinal)]}/json", cancellation);
    }

    private void RequireLabel(string component, Container container)
    {
        if (!definition.AllowUnlabelled && container.Config.Labels?.GetValueOrDefault(DockerLabels.Target) != Name)
        {
            throw new TargetException($"{component}: the container {container.ShortName} does not bear the label {DockerLabels.Target}={Name}, so nothing may injure it; "
                + "give it the label, or say allow_unlabelled: true in the target file");
        }
    }

    private ContainerScene SceneOf(RunState state, FaultTicket ticket, Container container) => new(engine, Components, state, ticket, container, time);
}
