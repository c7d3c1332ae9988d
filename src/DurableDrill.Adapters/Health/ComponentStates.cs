using DurableDrill.Targets;

namespace DurableDrill.Adapters.Health;

/// <summary>
/// The states of a target's components, for several probes at once: one inspection serves all that ask within 100 ms. One for an open target.
/// </summary>
/// <param name="inspect">Such as <see cref="ITarget.InspectAsync"/>.</param>
/// <param name="time">This machine's clock.</param>
public sealed class ComponentStates(Func<CancellationToken, Task<IReadOnlyList<ComponentState>>> inspect, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private Task<IReadOnlyList<ComponentState>>? latest;
    private long askedAt;

    /// <summary>No components.</summary>
    public static ComponentStates None { get; } = new(_ => Task.FromResult<IReadOnlyList<ComponentState>>([]), TimeProvider.System);

    /// <summary>The state of every component, not older than 100 ms when the inspection began.</summary>
    public async Task<IReadOnlyList<ComponentState>> GetAsync(CancellationToken cancellation)
    {
        Task<IReadOnlyList<ComponentState>> inspection;
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetElapsedTime(askedAt) > Freshness))
            {
                askedAt = time.GetTimestamp();
                // Shared by several callers, so none of them may cancel it.
                latest = inspect(CancellationToken.None);
            }

            inspection = latest;
        }

        return await inspection.WaitAsync(cancellation);
    }
}
