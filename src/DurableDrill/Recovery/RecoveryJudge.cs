using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>
/// The rule of recovery, asked again and again while samples come in. Its definitions:
/// <list type="number">
/// <item>A signal is <em>out of band</em> when it is outside its baseline band for longer than it ever was in the baseline, and two readings more.
/// Rates are judged over forward windows (<see cref="Baseline.RateWindowSeconds"/>), so that no instant lags behind what it dates; produced less stored by
/// whether it keeps to one level; backlog and latency only upwards. Whether components are up, and what does not decide
/// (<see cref="SignalNames.Decides"/>), is told, and decides nothing.</item>
/// <item>A gap is neither in nor out of band: it widens the interval of what happens in it and does not count as stable time. What a counter
/// rose by across it says how long the flow can have lasted.</item>
/// <item>An <em>episode</em> begins where the first signal leaves its band and ends at the first instant from which every signal is in band and
/// stays for <see cref="RecoveryOptions.StableFor"/> (or for the rate window, where that is longer). That instant is <em>recovered</em>. Output above its
/// band (a backlog being worked off) is not in band, and the first write after an outage is no recovery.</item>
/// <item>The drill's recovery is the end of the last episode that began before the last revert began. If it ended before that, the pipeline has
/// healed itself: the time counts from the first fault, and what the revert disturbs is an episode of its own. If none began before, it is the
/// end of the first episode after.</item>
/// <item>No episode up to the stable time after the last revert: no effect seen. Not in band when the time is up: censored, and no number exists.</item>
/// </list>
/// The cost of a sample does not grow with those before it; memory is bounded by the longest of rate window and stable time.
/// </summary>
public sealed class RecoveryJudge
{
    private readonly RecoveryOptions options;
    private readonly PipelineWatch pipeline;
    private readonly EpisodeTracker episodes;

    /// <summary>A judge for a pipeline with this baseline.</summary>
    public RecoveryJudge(Baseline baseline, RecoveryOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.StableFor, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ClockOffset, TimeSpan.Zero);
        this.options = options;
        pipeline = new(baseline, options.StableFor);
        episodes = new(pipeline);
    }

    /// <summary>Takes the samples of a burst. They are put in order; what is older than what was judged already is left out.</summary>
    public RecoveryJudge Add(IEnumerable<Sample> samples)
    {
        foreach (var sample in samples.OrderBy(s => s.TakenAt))
        {
            if (pipeline.Next(sample))
            {
                episodes.Update();
            }
        }

        return this;
    }

    /// <summary>What is known now.</summary>
    /// <param name="faults">The faults so far, at least one applied.</param>
    /// <param name="now">Decides whether the time is up.</param>
    public RecoveryTimeline Timeline(IReadOnlyList<FaultWindow> faults, DateTimeOffset now) =>
        new TimelineBuilder(pipeline, episodes, options, faults, now).Build();

    /// <summary>Judges a whole recording at once.</summary>
    public static RecoveryTimeline Judge(
        Baseline baseline, IEnumerable<Sample> samples, IReadOnlyList<FaultWindow> faults, RecoveryOptions options, DateTimeOffset now) =>
        new RecoveryJudge(baseline, options).Add(samples).Timeline(faults, now);
}
