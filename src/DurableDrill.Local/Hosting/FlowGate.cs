using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Local.Hosting;

/// <summary>A pipeline whose components are healthy is not up before events come out of it.</summary>
internal static class FlowGate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until "stored" has grown; returns at once for a target without that signal.</summary>
    /// <exception cref="TargetException">Nothing came out within the patience, by default a minute; it says what the probe said.</exception>
    public static async Task WaitAsync(TargetDefinition definition, ITarget target, TimeProvider time, IProgress<string> progress, CancellationToken cancellation,
        TimeSpan? patience = null)
    {
        await using var open = new OpenTarget(definition, target, time);
        if (!open.Probes.TryGetValue(CanonicalSignals.Stored, out var stored))
        {
            return;
        }

        progress.Report("waiting until events flow");
        var started = time.GetTimestamp();
        var limit = patience ?? DefaultPatience;
        double? first = null;
        var problem = "it does not grow";
        while (time.GetElapsedTime(started) < limit)
        {
            try
            {
                var value = (await stored.ReadAsync(cancellation)).Value;
                if (value > (first ??= value))
                {
                    progress.Report($"events flow after {time.GetElapsedTime(started).TotalSeconds:0.0} s");
                    return;
                }
            }
            catch (ProbeException error)
            {
                problem = error.Message;
            }

            await Task.Delay(LookEvery, time, cancellation);
        }

        throw new TargetException($"{target.Name} is up, and nothing comes out of it within {limit.TotalSeconds:0} s: {CanonicalSignals.Stored}: {problem}");
    }
}
