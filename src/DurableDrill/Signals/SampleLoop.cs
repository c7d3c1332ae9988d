using System.Globalization;

namespace DurableDrill.Signals;

/// <summary>Reads one probe on a fixed grid, one reading at a time. A reading that takes longer than the period skips grid points; none is made up for.</summary>
internal sealed class SampleLoop(string signal, IProbe probe, TimeProvider time, SamplerSettings settings)
{
    // A probe may ignore its cancellation token. It is still read by one caller at a time: nothing new is asked before it has answered.
    private Task<ProbeReading>? unanswered;
    private DateTimeOffset? lastOf;

    /// <summary>Completes when the loop has ended; never faults.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts reading, after an earlier run has ended, at the grid points origin + n * period.</summary>
    public void Start(long origin, Action<Sample> publish, CancellationToken stop) => Ended = RunAsync(Ended, origin, publish, stop);

    private async Task RunAsync(Task earlier, long origin, Action<Sample> publish, CancellationToken stop)
    {
        await earlier;
        lastOf = null;
        var point = 0L;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (await TakeAsync(stop) is { } sample)
                {
                    publish(sample);
                }

                var elapsed = time.GetElapsedTime(origin);
                // A timer may fire a little early: never the same point twice.
                point = Math.Max(point + 1, (long)Math.Ceiling(elapsed / settings.Period));
                var wait = (settings.Period * point) - elapsed;
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sampler stops.
        }

        if (unanswered is not null)
        {
            await ((Task)unanswered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            unanswered = null;
        }
    }

    /// <summary>The next sample; null when the source says nothing newer than what is known.</summary>
    private async Task<Sample?> TakeAsync(CancellationToken stop)
    {
        var takenAt = time.GetUtcNow();
        var began = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            // What was given up and has ended since says something of an unknown moment: it is let go.
            unanswered = unanswered is { IsCompleted: true } ? null : unanswered;
            var late = unanswered is not null;
            unanswered ??= probe.ReadAsync(limit.Token).AsTask();
            var reading = await unanswered.WaitAsync(limit.Token);
            unanswered = null;
            return late ? null : Sampled(reading, takenAt, time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Gap($"no answer within {settings.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
        catch (ProbeException error)
        {
            unanswered = null;
            return Gap(error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            unanswered = null;
            // A bug in the probe. Only its type: what a foreign message holds is unknown.
            return Gap($"the probe failed with {error.GetType().FullName}");
        }

        Sample Gap(string why) => new(signal, takenAt, time.GetElapsedTime(began), null, why);
    }

    private Sample? Sampled(ProbeReading reading, DateTimeOffset takenAt, TimeSpan took)
    {
        if (!double.IsFinite(reading.Value))
        {
            return new(signal, takenAt, took, null, $"the value is {reading.Value.ToString(CultureInfo.InvariantCulture)}");
        }

        if (reading.Of is not { } of)
        {
            return new(signal, takenAt, took, reading.Value);
        }

        if (of == lastOf)
        {
            return null;
        }

        lastOf = of;
        return new(signal, of, TimeSpan.Zero, reading.Value);
    }
}
