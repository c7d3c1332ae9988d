using System.Globalization;
using DurableDrill.Targets;

namespace DurableDrill.SelfHealing;

/// <summary>
/// What the watch does about what it sees, for each component by itself:
/// <list type="number">
/// <item>One that a drill holds is not touched, whatever it looks like, unless the drill leaves its healing to the watch.</item>
/// <item>One that comes after another (<c>after</c>) is not restarted before that one is up.</item>
/// <item>One that is down is restarted after its back-off, counted from when it was first seen so; one that runs and is not healthy, after
/// <see cref="WatchPolicy.UnhealthyAfter"/>.</item>
/// <item>A restart counts, whatever comes of it. In no window are there more than the policy allows: what is down then is given up, and left to
/// somebody else. Seen up again, it is watched again.</item>
/// </list>
/// </summary>
/// <param name="target">The target.</param>
/// <param name="earlier">Restarts that an earlier watch made, by component; they count too.</param>
public sealed class WatchRules(TargetDefinition target, IReadOnlyDictionary<string, IReadOnlyList<DateTimeOffset>> earlier)
{
    private readonly Dictionary<string, Patient> patients = target.Components.ToDictionary(
        component => component.Key,
        component => new Patient(component.Value.Watch ?? target.Watch, component.Value.After, earlier.GetValueOrDefault(component.Key) ?? []));

    /// <summary>The restarts that still count, by component; kept, they outlive this watch.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<DateTimeOffset>> Restarts => patients.Where(patient => patient.Value.Restarts.Count > 0)
        .ToDictionary(patient => patient.Key, patient => (IReadOnlyList<DateTimeOffset>)[.. patient.Value.Restarts]);

    /// <summary>The components that are given up now.</summary>
    public IReadOnlyList<string> GivenUp => [.. patients.Where(patient => patient.Value.GivenUp).Select(patient => patient.Key)];

    /// <summary>What is to be done and told after a look.</summary>
    /// <param name="now">When it was made; not before the last one.</param>
    /// <param name="looks">How each component is.</param>
    /// <param name="holds">What drills hold, read after the look: a drill writes its ticket before it acts.</param>
    public IReadOnlyList<WatchStep> Judge(DateTimeOffset now, IReadOnlyList<ComponentLook> looks, DrillHolds holds)
    {
        var up = looks.Where(look => look.Health == Health.Up).Select(look => look.Name).ToHashSet();
        return [.. looks.Select(look => Judge(now, look, holds, up)).OfType<WatchStep>()];
    }

    private WatchStep? Judge(DateTimeOffset now, ComponentLook look, DrillHolds holds, HashSet<string> up)
    {
        var patient = patients[look.Name];
        if (patient.Policy.Restarts == 0)
        {
            return null;
        }

        if (look.Health is Health.Up or Health.Paused)
        {
            patient.DownSince = null;
            return look.Health == Health.Up ? patient.Recover(look) : null;
        }

        if (holds.Why(look.Name) is { } held)
        {
            patient.DownSince = null;
            return patient.Tell(look, WatchStepKind.StandsAside, held);
        }

        if (patient.GivenUp)
        {
            return null;
        }

        if (patient.After.FirstOrDefault(before => !up.Contains(before) && patients[before].Policy.Restarts > 0) is { } missing)
        {
            // It may be down because of that one, and its own time begins when that one is back.
            patient.DownSince = now;
            return patient.Tell(look, WatchStepKind.Waits, $"waits for {missing}");
        }

        return Treat(now, look, patient, holds.LeftToWatch(look.Name));
    }

    private static WatchStep? Treat(DateTimeOffset now, ComponentLook look, Patient patient, IReadOnlyList<string> heals)
    {
        var (policy, since) = (patient.Policy, patient.DownSince ??= now);
        if (look.Health == Health.Unhealthy && now - since < policy.UnhealthyAfter)
        {
            return null;
        }

        patient.Restarts.RemoveAll(at => at <= now - policy.Within);
        if (patient.Restarts.Count >= policy.Restarts)
        {
            patient.GivenUp = true;
            return patient.Tell(look, WatchStepKind.GivesUp, string.Create(CultureInfo.InvariantCulture,
                $"{patient.Restarts.Count} restarts within {policy.Within.TotalSeconds:0} s did not keep it up ({look.Detail})"));
        }

        var delay = policy.DelayAfter(patient.Restarts.Count);
        if (now - since < delay)
        {
            return patient.Tell(look, WatchStepKind.Down, string.Create(CultureInfo.InvariantCulture, $"{look.Detail}; it is restarted after {delay.TotalSeconds:0.###} s"));
        }

        patient.Restarts.Add(now);
        patient.DownSince = now;
        patient.Told = WatchStepKind.Restart;
        return new(look.Name, WatchStepKind.Restart, string.Create(CultureInfo.InvariantCulture,
            $"restart {patient.Restarts.Count} of at most {policy.Restarts} within {policy.Within.TotalSeconds:0} s ({look.Detail})"))
        {
            Identity = look.Identity,
            Heals = heals,
        };
    }

    private sealed class Patient(WatchPolicy policy, IReadOnlyList<string> after, IReadOnlyList<DateTimeOffset> earlier)
    {
        public WatchPolicy Policy { get; } = policy;

        public IReadOnlyList<string> After { get; } = after;

        public List<DateTimeOffset> Restarts { get; } = [.. earlier];

        public DateTimeOffset? DownSince { get; set; }

        public bool GivenUp { get; set; }

        public WatchStepKind? Told { get; set; }

        public WatchStep? Recover(ComponentLook look)
        {
            var step = Told is null ? null : new WatchStep(look.Name, WatchStepKind.Up, "it is up again");
            (GivenUp, Told) = (false, null);
            return step;
        }

        public WatchStep? Tell(ComponentLook look, WatchStepKind kind, string detail)
        {
            if (Told == kind)
            {
                return null;
            }

            Told = kind;
            return new(look.Name, kind, detail);
        }
    }
}
