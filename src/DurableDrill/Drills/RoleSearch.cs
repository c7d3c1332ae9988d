using DurableDrill.Faults;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>Asks a target who has a role: every component that may have it is read, at the same time.</summary>
internal sealed class RoleSearch(IDrillEnvironment environment)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(0.5);

    /// <summary>So long who could not be read is read again although another has the role; a first reading may fail because it connects.</summary>
    private static readonly TimeSpan GapsFor = TimeSpan.FromSeconds(2);

    /// <summary>So long nobody may have it, as while a leader is elected.</summary>
    private static readonly TimeSpan NobodyFor = TimeSpan.FromSeconds(10);

    /// <summary>Who has the role now.</summary>
    /// <exception cref="TargetException">There is no such role, or nobody has it; the message holds what was read.</exception>
    public async Task<RoleHolder> FindAsync(RoleRequest request, CancellationToken cancellation)
    {
        var open = await environment.OpenAsync(request.Target, cancellation);
        if (!open.Definition.Roles.TryGetValue(request.Role, out var candidates))
        {
            throw new TargetException($"'{request.Target}' has no role '{request.Role}'");
        }

        var probes = candidates.Select(each => (Component: each.Key, Probe: open.OpenProbe(each.Value, $"roles.{request.Role}.most"))).ToList();
        try
        {
            return await FindAsync(request.Role, probes, environment.Time, cancellation);
        }
        finally
        {
            foreach (var (_, probe) in probes)
            {
                await probe.DisposeAsync();
            }
        }
    }

    internal static async Task<RoleHolder> FindAsync(
        string role, IReadOnlyList<(string Component, IProbe Probe)> candidates, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var tries = await Task.WhenAll(candidates.Select(each => ProbeTry.ReadAsync(each.Probe, time, cancellation)));
            var holder = RoleHolder.Of(role, candidates.Zip(tries).ToDictionary(each => each.First.Component, each => each.Second.Value));
            var passed = time.GetElapsedTime(started);
            if (holder is not null && (passed >= GapsFor || tries.All(each => each.Problem is null)))
            {
                return holder;
            }

            if (passed >= NobodyFor)
            {
                throw new TargetException($"nobody is {role}: " + string.Join("; ", candidates.Zip(tries).Select(each =>
                    $"{each.First.Component} {(each.Second.Problem is { } problem ? $"could not be read: {problem}" : $"reads {each.Second.Value}")}")));
            }

            await Task.Delay(BetweenTries, time, cancellation);
        }
    }
}
