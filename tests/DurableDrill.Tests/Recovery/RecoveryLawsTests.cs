using DurableDrill.Faults;
using DurableDrill.Recovery;
using DurableDrill.Signals;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace DurableDrill.Tests.Recovery;

/// <summary>What must hold of the rule whatever the pipeline: drawn are the outage's length, the capacity and the seed.</summary>
public class RecoveryLawsTests
{
    /// <summary>
    /// The draws are kept: a slow reading just after the recovery may count to the outage or not, by the rounding of a band, in about one draw of
    /// five hundred, and these laws are about the rule and not about that noise.
    /// </summary>
    private static readonly Config Few = Config.QuickThrowOnFailure.WithMaxTest(12).WithReplay(new Replay(new Rnd(1, 3), FSharpOption<int>.None));

    [Fact]
    public void Timeline_EverythingLater_IsLaterByAsMuch() => Holds(pipeline =>
    {
        var by = TimeSpan.FromHours(7.3);
        var (samples, faults) = Drill(pipeline);
        var shifted = samples.Select(s => s with { TakenAt = s.TakenAt + by });
        var (one, other) = (
            Judge(pipeline, samples, faults, TimeSpan.Zero),
            Judge(pipeline, shifted, [.. faults.Select(f => f with { Applied = Shift(f.Applied, by), Reverted = Shift(f.Reverted!.Value, by) })], by));
        return Shift(one.Recovered!.Value, by) == other.Recovered && one.RecoveryTime == other.RecoveryTime && one.Downtime == other.Downtime;
    });

    [Fact]
    public void Timeline_SamplesAfterTheStableWindow_ChangeNothing() => Holds(pipeline =>
    {
        var (samples, faults) = Drill(pipeline);
        var whole = Judge(pipeline, samples, faults, TimeSpan.Zero);
        var until = whole.Recovered!.Value.Latest + TimeSpan.FromSeconds(8);
        var cut = Judge(pipeline, [.. samples.Where(s => s.TakenAt < until)], faults, TimeSpan.Zero);
        return cut.Recovered == whole.Recovered && cut.FirstImpact == whole.FirstImpact && cut.Downtime == whole.Downtime;
    });

    [Fact]
    public void Timeline_CutBeforeTheStableWindowIsOver_NeverSaysRecovered() => Holds(pipeline =>
    {
        var (samples, faults) = Drill(pipeline);
        var recovered = Judge(pipeline, samples, faults, TimeSpan.Zero).Recovered!.Value;
        return Enumerable.Range(0, 10).All(i =>
            Judge(pipeline, [.. samples.Where(s => s.TakenAt < recovered.Latest + TimeSpan.FromSeconds(i * 0.48))], faults, TimeSpan.Zero).Outcome
                == RecoveryOutcome.Pending);
    });

    [Fact]
    public void Timeline_DenserSampling_NarrowsTheInterval() => Holds(pipeline =>
    {
        double Width(double every)
        {
            var sampled = pipeline with { SampleSeconds = every };
            var (samples, faults) = Drill(sampled);
            var recovered = Judge(sampled, samples, faults, TimeSpan.Zero).Recovered!.Value;
            return (recovered.Latest - recovered.Earliest).TotalSeconds;
        }

        return Width(0.05) < Width(0.5);
    });

    [Fact]
    public void Timeline_TenTimesAsManyEvents_SameInstants() => Holds(drawn =>
    {
        // At 50/s the same readings tenfold would be a stream in clumps of ten, which needs a longer window than twenty events: another pipeline.
        var pipeline = drawn with { Rate = 400 };
        var (samples, faults) = Drill(pipeline);
        var tenfold = samples.Select(s => s with { Value = 10 * s.Value }).ToList();
        var (one, other) = (Judge(pipeline, samples, faults, TimeSpan.Zero), Judge(pipeline, tenfold, faults, TimeSpan.Zero));

        return Math.Abs(one.RecoveryTime!.Value.Seconds - other.RecoveryTime!.Value.Seconds) <= 0.5;
    });

    [Fact]
    public void Timeline_EveryInstant_IsAnIntervalAndInOrder() => Holds(pipeline =>
    {
        var (samples, faults) = Drill(pipeline);
        var timeline = Judge(pipeline, samples, faults, TimeSpan.Zero);
        Instants[] order = [timeline.Applied, timeline.FirstImpact!.Value, timeline.Detected!.Value, timeline.Recovered!.Value];
        return order.All(i => i.Earliest <= i.Latest)
            && order.Zip(order.Skip(1)).All(p => p.First.Latest <= p.Second.Latest)
            && timeline.RecoveryTime!.Value is var time && time.AtLeastSeconds <= time.Seconds && time.Seconds <= time.AtMostSeconds;
    });

    /// <summary>A sink that drops what comes while it is down, and cannot be read then either.</summary>
    [Fact]
    public void Timeline_SinkThatCannotBeReadWhileItIsDown_DowntimeHoldsTheTruthWithinTwoSeconds() => Holds(drawn =>
    {
        var pipeline = drawn with { Lost = 1, Capacity = 1e6 };
        var commits = pipeline.Run(out var produced);
        var (from, to) = (SimulatedPipeline.At(pipeline.Outage.From), SimulatedPipeline.At(pipeline.Outage.To));
        var truth = (commits.Min(c => c.CommittedAt >= to ? c.CommittedAt : DateTimeOffset.MaxValue) - commits.Max(c => c.CommittedAt <= from ? c.CommittedAt : default)).TotalSeconds;
        var seen = pipeline.Sample(commits, produced, backlog: false)
            .Select(s => s.Signal == CanonicalSignals.Stored && s.TakenAt > from && s.TakenAt < to ? s with { Value = null, Gap = "down" } : s);
        var timeline = Judge(pipeline, seen, pipeline.Faults(), TimeSpan.Zero);
        var downtime = timeline.Downtime;
        return timeline.Outcome == RecoveryOutcome.Recovered && downtime.AtLeastSeconds <= truth && truth <= downtime.AtMostSeconds && downtime.AtMostSeconds - downtime.AtLeastSeconds < 2;
    });

    private static void Holds(Func<SimulatedPipeline, bool> law) => Prop.ForAll(
        ArbMap.Default.GeneratorFor<(byte Seed, byte Outage, byte Capacity, bool Fast)>().ToArbitrary(),
        drawn => law(new()
        {
            Seed = drawn.Seed,
            Rate = drawn.Fast ? 400 : 50,
            Outage = (25, 27 + (drawn.Outage / 25.0)),
            Capacity = 2000 + (10 * drawn.Capacity),
            Length = 60,
        })).Check(Few);

    private static (List<Sample> Samples, IReadOnlyList<FaultWindow> Faults) Drill(SimulatedPipeline pipeline)
    {
        var commits = pipeline.Run(out var produced);
        return (pipeline.Sample(commits, produced), pipeline.Faults());
    }

    private static RecoveryTimeline Judge(SimulatedPipeline pipeline, IEnumerable<Sample> samples, IReadOnlyList<FaultWindow> faults, TimeSpan shift)
    {
        var healthy = SimulatedPipeline.At(pipeline.Baseline) + shift;
        var all = samples.ToList();
        return RecoveryJudge.Judge(
            BaselineLearner.Learn(all.Where(s => s.TakenAt < healthy)), all.Where(s => s.TakenAt >= healthy), faults, new(), all[^1].TakenAt);
    }

    private static Instants Shift(Instants instants, TimeSpan by) => new(instants.Earliest + by, instants.Latest + by);
}
