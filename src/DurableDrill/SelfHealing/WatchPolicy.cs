namespace DurableDrill.SelfHealing;

/// <summary>How far the watch goes to keep one component up.</summary>
public sealed record WatchPolicy
{
    /// <summary>How many restarts a component gets within <see cref="Within"/>; then it is given up. 0 to 1000; 0: it is left alone. Default 5.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>The window that restarts are counted in. 1 s to 24 h; default 5 min.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a component is down before its first restart; doubled for each restart in the window. 0 to 1 h; default 1 s.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a restart. <see cref="Backoff"/> to 24 h; default 30 s.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a component may run without being healthy before it counts as down, its start included. 1 s to 1 h; default 30 s.</summary>
    public TimeSpan UnhealthyAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before the next restart after so many in the window.</summary>
    public TimeSpan DelayAfter(int restarts)
    {
        // Beyond 2^40 every back-off that is not zero has reached any maximum.
        var factor = Math.Pow(2, Math.Min(restarts, 40));
        return Backoff.TotalSeconds * factor >= BackoffMax.TotalSeconds ? BackoffMax : Backoff * factor;
    }
}
