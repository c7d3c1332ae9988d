using System.Collections.Concurrent;
using DurableDrill.Drills;
using DurableDrill.SelfHealing;
using DurableDrill.Signals;

namespace DurableDrill.Api;

/// <summary>The monitor: live counts of running drills and of targets, and the producer's pause and resume.</summary>
internal sealed class MonitorRoutes(IDrillHost host, LiveReadings live)
{
    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Readings> targets = new();

    public async Task<ApiResponse> DrillsAsync(ApiCall call, CancellationToken cancellation)
    {
        var drills = new List<DrillView>();
        foreach (var drill in await RunningAsync(cancellation))
        {
            drills.Add(await live.FillAsync(drill, cancellation));
        }

        return Answers.Ok(new { at = host.Environment.Time.GetUtcNow(), drills });
    }

    /// <summary>The counts of one target, or, for a browser, the page that asks for them again and again.</summary>
    public async Task<ApiResponse> TargetAsync(ApiCall call, CancellationToken cancellation)
    {
        var open = await OpenAsync(call, cancellation);
        if (call.Request.Header("Accept")?.Contains("text/html", StringComparison.Ordinal) == true)
        {
            return Answers.Text("text/html; charset=utf-8", Pages.Monitor);
        }

        var name = open.Definition.Target;
        var drills = (await RunningAsync(cancellation)).Where(drill => drill.Target == name && drill.Alive).ToList();
        var samples = new List<Sample>();
        foreach (var drill in drills)
        {
            samples.AddRange(await live.RecentAsync(drill.DrillId, cancellation));
        }

        if (drills.Count == 0)
        {
            // Not while a drill runs: what is read in between belongs to its next burst.
            samples.AddRange(await targets.GetOrAdd(name, _ => new(host.Environment.Time)).ReadAsync(open.Sampler, cancellation));
        }

        var counts = TargetCounts.Of(open.Definition, [.. samples.OrderBy(sample => sample.TakenAt)], host.Environment.Time.GetUtcNow());
        return Answers.Ok(counts with { Drill = drills.Count == 0 ? null : drills[0].DrillId });
    }

    public Task<ApiResponse> PauseAsync(ApiCall call, CancellationToken cancellation) => ActAsync(call, "pause", cancellation);

    public Task<ApiResponse> ResumeAsync(ApiCall call, CancellationToken cancellation) => ActAsync(call, "resume", cancellation);

    /// <summary>Asks the producer, as the target file says how. Not while a drill holds the target: it would measure what it did not do.</summary>
    private async Task<ApiResponse> ActAsync(ApiCall call, string action, CancellationToken cancellation)
    {
        var open = await OpenAsync(call, cancellation);
        var name = open.Definition.Target;
        if (TargetCounts.PausableOf(open.Definition) is not { } component)
        {
            return Problem.Of(409, "cannot-be-paused", $"\"{name}\" has no component, or no one producer, that declares pause and resume").ToResponse();
        }

        if (open.Target is IRestartable held && await held.HolderAsync(cancellation) is { } holder)
        {
            return (Problem.Of(409, "target-held", $"the drill {holder.Owner} on {holder.Host} holds \"{name}\" until {holder.Until:u}") with { Holder = holder }).ToResponse();
        }

        await open.Target.ActAsync(component, action, cancellation);
        return Answers.Ok(new { target = name, component, action });
    }

    private async Task<IOpenTarget> OpenAsync(ApiCall call, CancellationToken cancellation)
    {
        var known = await KnownTargets.RequireAsync(host, call.Arguments[0], cancellation);
        return await host.Environment.OpenAsync(known.Target, cancellation);
    }

    private async Task<IEnumerable<DrillView>> RunningAsync(CancellationToken cancellation) =>
        (await host.ListAsync(cancellation)).Where(drill => drill is { Outcome: null, Problem: null });

    /// <summary>What was read of a target lately; read anew when somebody asks, for all who ask at the same time.</summary>
    private sealed class Readings(TimeProvider time)
    {
        private readonly SemaphoreSlim gate = new(1);
        private IReadOnlyList<Sample> latest = [];
        private DateTimeOffset readAt;

        public async Task<IReadOnlyList<Sample>> ReadAsync(Sampler sampler, CancellationToken cancellation)
        {
            await gate.WaitAsync(cancellation);
            try
            {
                if (time.GetUtcNow() - readAt > LookFor)
                {
                    var fresh = await sampler.ObserveAsync(LookFor, cancellation);
                    readAt = time.GetUtcNow();
                    latest = [.. latest.Concat(fresh).Where(sample => sample.TakenAt > readAt - LiveFigures.Window)];
                }

                return latest;
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
