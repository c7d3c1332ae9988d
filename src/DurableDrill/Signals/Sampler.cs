namespace DurableDrill.Signals;

/// <summary>
/// Reads the probes of a target, each in a loop of its own on one common grid of times, so that a slow probe holds up no other. The loops go
/// on for a while after a burst: what they read then is the beginning of the next burst, which therefore joins without a hole. A host
/// keeps one sampler for an open target.
/// </summary>
/// <param name="probes">The probes by signal; the sampler reads them and does not dispose them.</param>
/// <param name="time">This machine's clock.</param>
/// <param name="settings">Null: the defaults.</param>
public sealed class Sampler(IReadOnlyDictionary<string, IProbe> probes, TimeProvider time, SamplerSettings? settings = null) : IAsyncDisposable
{
    private readonly SamplerSettings settings = settings ?? new();
    private readonly SampleLoop[] loops = [.. probes.Select(probe => new SampleLoop(probe.Key, probe.Value, time, settings ?? new()))];
    private readonly Lock gate = new();
    private readonly List<List<Sample>> bursts = [];
    private List<Sample> between = [];
    private CancellationTokenSource? running;
    private ITimer? lingering;

    /// <summary>
    /// Reads for <paramref name="length"/>. Returns every sample that was completed since the last burst ended, or since now when that is longer
    /// ago than <see cref="SamplerSettings.Linger"/>; in the order of completion, which for one signal is that of time. A reading that is
    /// under way at the end belongs to the next burst.
    /// </summary>
    /// <exception cref="OperationCanceledException">The samples of this burst are lost.</exception>
    public async Task<IReadOnlyList<Sample>> ObserveAsync(TimeSpan length, CancellationToken cancellation)
    {
        var mine = Begin();
        try
        {
            await Task.Delay(length, time, cancellation);
        }
        finally
        {
            End(mine);
        }

        return mine;
    }

    /// <summary>Stops reading and waits, at most for one timeout, for the readings that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            Stop();
        }

        await Task.WhenAny(Task.WhenAll(loops.Select(loop => loop.Ended)), Task.Delay(settings.Timeout, time));
    }

    private List<Sample> Begin()
    {
        lock (gate)
        {
            lingering?.Dispose();
            lingering = null;
            var mine = between;
            between = [];
            bursts.Add(mine);
            if (running is null)
            {
                running = new();
                var origin = time.GetTimestamp();
                foreach (var loop in loops)
                {
                    loop.Start(origin, Publish, running.Token);
                }
            }

            return mine;
        }
    }

    private void End(List<Sample> burst)
    {
        lock (gate)
        {
            bursts.Remove(burst);
            if (bursts.Count == 0 && running is not null)
            {
                lingering = time.CreateTimer(_ => StopIdle(), null, settings.Linger, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void StopIdle()
    {
        lock (gate)
        {
            if (bursts.Count == 0)
            {
                Stop();
            }
        }
    }

    private void Stop()
    {
        lingering?.Dispose();
        lingering = null;
        running?.Cancel();
        running = null;
        between = [];
    }

    private void Publish(Sample sample)
    {
        lock (gate)
        {
            if (running is null)
            {
                return;
            }

            if (bursts.Count == 0)
            {
                between.Add(sample);
            }

            foreach (var burst in bursts)
            {
                burst.Add(sample);
            }
        }
    }
}
