using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>A target's components at one moment; one before a drill and one after tell what became of them meanwhile.</summary>
/// <param name="Carrier">What they live in; null: not known.</param>
/// <param name="Components">All of them.</param>
public sealed record TargetLook(Carrier? Carrier, IReadOnlyList<ComponentState> Components)
{
    /// <summary>The components now; null: they cannot be looked at.</summary>
    internal static async Task<TargetLook?> TakeAsync(ITarget target, CancellationToken cancellation)
    {
        try
        {
            return new(await target.ReadCarrierAsync(cancellation), await target.InspectAsync(cancellation));
        }
        catch (TargetException)
        {
            return null;
        }
    }

    /// <summary>
    /// That what the components live in was restarted since an earlier look, so that what was measured is not the pipeline's own doing, and which of them
    /// it left down; null: it was not, or it cannot be told.
    /// </summary>
    internal string? RestartedSince(TargetLook before)
    {
        if (before.Carrier is null || Carrier is null || before.Carrier == Carrier)
        {
            return null;
        }

        return string.Join("; ",
        [
            $"{Carrier.Name} was restarted while the drill ran, and its components ended with it",
            .. before.Components.Join(Components, each => each.Name, each => each.Name, (then, now) => (Then: then, Now: now))
                .Where(pair => pair.Then.Status == ComponentStatus.Running && pair.Now.Status != ComponentStatus.Running)
                .Select(pair => $"{pair.Now.Name} ran when the drill began, and does not now: {pair.Now.Detail}"),
        ]);
    }
}
