using DurableDrill.Faults;

namespace DurableDrill.Plans;

/// <summary>Random stops, reproducible: a seed and bounds, which <see cref="Expand"/> turns into a timeline.</summary>
public sealed record Chaos
{
    /// <summary>The same seed gives the same timeline.</summary>
    public ulong Seed { get; init; }

    /// <summary>Who may be hit; at least one.</summary>
    public required IReadOnlyList<string> Components { get; init; }

    /// <summary>Which kinds, of <see cref="Kinds"/>; at least one.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>How many faults; 1 to 100; default 3.</summary>
    public int Count { get; init; } = 3;

    /// <summary>The time in which all of them begin and end; at most 24 h; default 2 min.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The shortest hold; more than 0; default 5 s.</summary>
    public TimeSpan MinFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest hold; at least <see cref="MinFor"/>, at most <see cref="Within"/>; default 20 s.</summary>
    public TimeSpan MaxFor { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The kinds that need nothing but a component.</summary>
    public static IReadOnlyDictionary<string, Func<string, Fault>> Kinds { get; } = new Dictionary<string, Func<string, Fault>>
    {
        ["stop"] = c => new Stop(c),
        ["kill"] = c => new Kill(c),
        ["crash"] = c => new Crash(c),
        ["restart"] = c => new Restart(c),
        ["pause"] = c => new Pause(c),
    };

    /// <summary>
    /// The timeline: each fault draws component, kind, hold and start, in this order, and is drawn again (at most 1,000 times) while it would
    /// overlap another on the same component. The first starts at 0. Fewer than <see cref="Count"/> come back where no more fit.
    /// </summary>
    public IReadOnlyList<PlannedFault> Expand()
    {
        var random = new SeededSequence(Seed);
        var drawn = new List<(Fault Fault, TimeSpan At, TimeSpan For)>();
        for (var attempt = 0; attempt < Count * 1000 && drawn.Count < Count; attempt++)
        {
            var component = random.Pick(Components);
            var fault = Kinds[random.Pick(Faults)](component);
            var hold = random.Between(MinFor, MaxFor);
            var at = random.Between(TimeSpan.Zero, Within - hold);
            if (!drawn.Exists(d => d.Fault.Component == component && at <= d.At + d.For && d.At <= at + hold))
            {
                drawn.Add((fault, at, hold));
            }
        }

        var start = drawn.Select(d => d.At).DefaultIfEmpty().Min();
        return Timeline.WithIds(drawn.OrderBy(d => d.At).Select(d => new PlannedFault("", d.Fault, d.At - start, d.For)));
    }
}
