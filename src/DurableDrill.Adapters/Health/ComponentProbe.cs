using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Health;

/// <summary>
/// Whether a component is up: 1 when its carrier says that it runs and its health check, where it has one, agrees, else 0. <c>up: COMPONENT</c>.
/// A paused component is not up.
/// </summary>
public sealed class ComponentProbe : IProbe
{
    private readonly string component;
    private readonly ComponentStates states;
    private readonly IProbe? health;

    /// <summary>The probe of the signal <c>up:COMPONENT</c>.</summary>
    /// <param name="component">The component's name.</param>
    /// <param name="states">Where its state is known; shared by all components.</param>
    /// <param name="health">Its health check (<see cref="Probes.CreateHealth"/>), disposed with this probe; null: running is enough.</param>
    public ComponentProbe(string component, ComponentStates states, IProbe? health = null)
    {
        this.component = component;
        this.states = states;
        this.health = health;
    }

    /// <inheritdoc/>
    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<ComponentState> all;
        try
        {
            all = await states.GetAsync(cancellation);
        }
        catch (TargetException error)
        {
            throw new ProbeException(error.Message, error);
        }

        var state = all.FirstOrDefault(state => state.Name == component) ?? throw new ProbeException($"the target has no component {component}");
        if (state.Status != ComponentStatus.Running)
        {
            return new(0);
        }

        return health is null ? new(1) : await health.ReadAsync(cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => health?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal static IProbe Of(SourceOptions options, ProbeHost host)
    {
        if (host.Components is null)
        {
            options.Wrong("", "needs a target whose components can be inspected; there is none here");
        }

        return new ComponentProbe(options.Address, host.Components ?? ComponentStates.None);
    }
}
