namespace DurableDrill.SelfHealing;

/// <summary>What a look at a component saw.</summary>
/// <param name="Name">The component.</param>
/// <param name="Health">How it is.</param>
/// <param name="Identity">Which one it was, so that another is not restarted in its place.</param>
/// <param name="Detail">What was seen, for people.</param>
public sealed record ComponentLook(string Name, Health Health, string? Identity = null, string? Detail = null);

/// <summary>How a component is.</summary>
public enum Health
{
    /// <summary>It runs, and its health check, where it has one, agrees.</summary>
    Up,

    /// <summary>It runs, and its health check does not agree or does not answer.</summary>
    Unhealthy,

    /// <summary>It does not run.</summary>
    Down,

    /// <summary>Somebody has frozen it, who will have had a reason.</summary>
    Paused,
}

/// <summary>What the watch makes of a look.</summary>
/// <param name="Component">The component.</param>
/// <param name="Kind">What is to be done or told.</param>
/// <param name="Detail">Why, for people.</param>
public sealed record WatchStep(string Component, WatchStepKind Kind, string Detail)
{
    /// <summary>Which one is to be restarted.</summary>
    public string? Identity { get; init; }

    /// <summary>The tickets of drills that this restart heals.</summary>
    public IReadOnlyList<string> Heals { get; init; } = [];
}

/// <summary>Kinds of steps. All but <see cref="Restart"/> are only told, once each until something else is told of the component.</summary>
public enum WatchStepKind
{
    /// <summary>It is down, and will be restarted when its back-off is over.</summary>
    Down,

    /// <summary>It is to be restarted now.</summary>
    Restart,

    /// <summary>It is up again.</summary>
    Up,

    /// <summary>It is down, and so is one that comes before it.</summary>
    Waits,

    /// <summary>It is down, and a drill holds it.</summary>
    StandsAside,

    /// <summary>It has had all the restarts that its policy allows, and is down again.</summary>
    GivesUp,
}
