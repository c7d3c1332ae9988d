using DurableDrill.Adapters.Sources;
using DurableDrill.SelfHealing;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Local.SelfHealing;

/// <summary>Looks at every component of a target: what its carrier says, and its health check; where the target file gives none, the carrier's own.</summary>
internal sealed class HealthLook : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ITarget target;
    private readonly TimeProvider time;
    private readonly IReadOnlyDictionary<string, IProbe> checks;

    public HealthLook(TargetDefinition definition, ITarget target, TimeProvider time)
    {
        (this.target, this.time) = (target, time);
        var host = new ProbeHost(new(), time);
        checks = definition.Components.Where(component => component.Value.Healthy is not null).ToDictionary(
            component => component.Key,
            component => Probes.CreateHealth(component.Value.Healthy!, $"components.{component.Key}.healthy", host));
    }

    /// <summary>How each component is now.</summary>
    /// <exception cref="TargetException">The carrier cannot tell.</exception>
    public async Task<IReadOnlyList<ComponentLook>> LookAsync(CancellationToken cancellation) =>
        await Task.WhenAll((await target.InspectAsync(cancellation)).Select(state => LookAsync(state, cancellation)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var check in checks.Values)
        {
            await check.DisposeAsync();
        }
    }

    private async Task<ComponentLook> LookAsync(ComponentState state, CancellationToken cancellation)
    {
        var problem = state.Status != ComponentStatus.Running ? null
            : checks.TryGetValue(state.Name, out var check) ? await ProblemAsync(check, cancellation)
            : state.Healthy is false ? $"it runs, and its carrier calls it unhealthy: {state.Detail}"
            : null;
        var health = state.Status switch
        {
            ComponentStatus.Running => problem is null ? Health.Up : Health.Unhealthy,
            ComponentStatus.Paused => Health.Paused,
            _ => Health.Down,
        };
        return new(state.Name, health, state.Identity, problem ?? state.Detail);
    }

    /// <summary>Null: it is healthy. One that does not answer is not, for one that hangs says nothing.</summary>
    private async Task<string?> ProblemAsync(IProbe check, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return (await check.ReadAsync(both.Token)).Value > 0 ? null : "it runs, and its health check fails";
        }
        catch (ProbeException error)
        {
            return $"it runs, and its health check cannot be made: {error.Message}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"it runs, and its health check has no answer within {Patience.TotalSeconds:0} s";
        }
    }
}
