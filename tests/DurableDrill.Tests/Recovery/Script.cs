using DurableDrill.Faults;
using DurableDrill.Recovery;
using DurableDrill.Signals;

namespace DurableDrill.Tests.Recovery;

/// <summary>
/// Samples by arithmetic: 50 events a second come in, the sink has what has been worked off, every 250 ms a reading. The healthy window is 0 to 20 s.
/// </summary>
internal sealed record Script
{
    private const double Rate = 50;

    public (double From, double To) Outage { get; init; } = (30, 40);

    public (double From, double To)? Second { get; init; }

    /// <summary>When the component is seen up again; null: there is no such signal.</summary>
    public double? UpAt { get; init; }

    public double AppliedAt { get; init; } = double.NaN;

    /// <summary>NaN: where the outage ends, less what a component takes to start; null: not reverted.</summary>
    public double? RevertedAt { get; init; } = double.NaN;

    public double Capacity { get; init; } = 250;

    public double Degraded { get; init; }

    /// <summary>What comes in the outage never arrives.</summary>
    public bool Lost { get; init; }

    /// <summary>Events that are written again when the outage ends, before all else.</summary>
    public double Replayed { get; init; }

    public bool Backlog { get; init; } = true;

    public (double From, double To)? Unreadable { get; init; }

    public (double From, double To)? Stalled { get; init; }

    public double ResetAt { get; init; } = double.PositiveInfinity;

    public double FrozenFrom { get; init; } = double.PositiveInfinity;

    public static DateTimeOffset At(double seconds) => SimulatedPipeline.At(seconds);

    public Baseline Baseline() => BaselineLearner.Learn(Samples(20));

    public IReadOnlyList<FaultWindow> Faults()
    {
        var reverted = RevertedAt is { } at ? double.IsNaN(at) ? UpAt ?? Outage.To : at : (double?)null;
        return [new("worker", Instant(double.IsNaN(AppliedAt) ? Outage.From : AppliedAt), reverted is { } r ? Instant(r) : null)];
    }

    public RecoveryTimeline Judge(RecoveryOptions? options = null, double until = 90) =>
        RecoveryJudge.Judge(Baseline(), Samples(until), Faults(), options ?? new(), At(until));

    public IEnumerable<Sample> Samples(double until)
    {
        const double step = 0.01;
        var (stored, waiting, replay) = (0.0, 0.0, Replayed);
        var next = 0.25;
        for (var i = 1; i * step <= until; i++)
        {
            var now = i * step;
            var down = (now > Outage.From && now <= Outage.To) || (Second is { } second && now > second.From && now <= second.To);
            waiting += down && Lost ? 0 : Rate * step;
            var room = down ? Degraded * Rate * step : Capacity * step;
            if (!down && now > Outage.To)
            {
                var again = Math.Min(replay, room);
                (replay, room, stored) = (replay - again, room - again, stored + again);
            }

            var done = Math.Min(room, waiting);
            (waiting, stored) = (waiting - done, stored + done);
            if (now >= next - 1e-9)
            {
                next += 0.25;
                foreach (var sample in Read(now, stored, waiting))
                {
                    yield return sample;
                }
            }
        }
    }

    private IEnumerable<Sample> Read(double now, double stored, double waiting)
    {
        if (Stalled is { } stalled && now > stalled.From && now < stalled.To)
        {
            yield break;
        }

        var wobble = 0.5 + (0.5 * Math.Sin(now * 7));
        yield return new(CanonicalSignals.Produced, At(now), TimeSpan.FromMilliseconds(1), Math.Floor(Rate * now));
        yield return Unreadable is { } cut && now > cut.From && now < cut.To
            ? new(CanonicalSignals.Stored, At(now), TimeSpan.FromMilliseconds(1), null, "connection refused")
            : new(CanonicalSignals.Stored, At(now), TimeSpan.FromMilliseconds(1), Math.Floor(stored) - (now < ResetAt ? 0 : Math.Floor(ResetAt * Rate)));
        if (Backlog)
        {
            yield return new(CanonicalSignals.Backlog, At(now), TimeSpan.FromMilliseconds(1), Math.Floor(waiting + wobble));
        }

        if (!double.IsPositiveInfinity(FrozenFrom))
        {
            yield return new(CanonicalSignals.Latency, At(now), TimeSpan.FromMilliseconds(1), now >= FrozenFrom ? 0.1 : 0.1 + (wobble / 100) + (waiting / Rate));
        }

        if (UpAt is { } up)
        {
            yield return new("up:worker", At(now), TimeSpan.FromMilliseconds(1), now > (double.IsNaN(AppliedAt) ? Outage.From : AppliedAt) && now < up ? 0 : 1);
        }
    }

    private static Instants Instant(double seconds) => SimulatedPipeline.Instant(seconds);
}
