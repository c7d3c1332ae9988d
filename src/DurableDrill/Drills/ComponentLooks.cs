using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>What became of the components while a drill ran, from a look before it and one after.</summary>
internal static class ComponentLooks
{
    /// <summary>The components now; null: they cannot be looked at.</summary>
    public static async Task<IReadOnlyList<ComponentState>?> TakeAsync(IDrillEnvironment environment, string target, CancellationToken cancellation)
    {
        try
        {
            return await (await environment.OpenAsync(target, cancellation)).Target.InspectAsync(cancellation);
        }
        catch (TargetException)
        {
            return null;
        }
    }

    /// <summary>
    /// That what the components live in was restarted in between, so that what was measured is not the pipeline's own doing, and which of them it left
    /// down; null: it was not, or it cannot be told.
    /// </summary>
    public static string? Restarted(IReadOnlyList<ComponentState> before, IReadOnlyList<ComponentState> after)
    {
        var pairs = before.Join(after, each => each.Name, each => each.Name, (then, now) => (Then: then, Now: now)).ToList();
        var (_, restarted) = pairs.FirstOrDefault(pair => pair.Then.Carrier is { } then && pair.Now.Carrier is { } now && then != now);
        return restarted is null ? null : string.Join("; ",
        [
            $"{restarted.Carrier!.Name} was restarted while the drill ran, and its components ended with it",
            .. pairs.Where(pair => pair.Then.Status == ComponentStatus.Running && pair.Now.Status != ComponentStatus.Running)
                .Select(pair => $"{pair.Now.Name} ran when the drill began, and does not now: {pair.Now.Detail}"),
        ]);
    }
}
