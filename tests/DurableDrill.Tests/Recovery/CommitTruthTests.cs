using DurableDrill.Recovery;
using DurableDrill.Signals;
using Xunit.Abstractions;

namespace DurableDrill.Tests.Recovery;

public class CommitTruthTests(ITestOutputHelper output)
{
    private const double Sample = 0.25;

    // Rate per second, seconds a reading takes, whether there is a backlog signal too, share of the outage's events lost.
    [Theory]
    [InlineData(10, 0.02, true, 0)]
    [InlineData(50, 0.02, true, 0)]
    [InlineData(50, 0.1, false, 0)]
    [InlineData(50, 0.02, false, 0.5)]
    [InlineData(1000, 0.02, true, 0)]
    [InlineData(1000, 0.05, false, 0)]
    [InlineData(5000, 0.02, true, 0)]
    public void SampledTimeline_SameRuleOnEveryCommit_AgreesWithinASample(double rate, double read, bool backlog, double lost)
    {
        var recovery = new List<double>();
        var downtime = new List<double>();
        for (var seed = 1; seed <= 10; seed++)
        {
            var pipeline = new SimulatedPipeline { Rate = rate, Capacity = Math.Max(4000, 5 * rate), Batch = (int)Math.Max(500, rate / 5), Seed = seed, ReadSeconds = read, Lost = lost, Length = 55 };
            var (reported, truth) = BothTimelines(pipeline, backlog);
            Assert.Equal(RecoveryOutcome.Recovered, reported.Outcome);
            Assert.Equal(RecoveryOutcome.Recovered, truth.Outcome);
            recovery.Add(reported.RecoveryTime!.Value.Seconds - truth.RecoveryTime!.Value.Seconds);
            downtime.Add(reported.Downtime.Seconds - truth.Downtime.Seconds);
        }

        output.WriteLine($"reported less true recovery time, s: {string.Join(" ", recovery.Order().Select(d => $"{d:f3}"))}");
        output.WriteLine($"reported less true downtime, s: {string.Join(" ", downtime.Order().Select(d => $"{d:f3}"))}");
        Assert.InRange(RobustStatistics.Median(recovery.Select(Math.Abs)), 0, Sample);
        Assert.InRange(RobustStatistics.Median(downtime.Select(Math.Abs)), 0, 2 * Sample);
    }

    [Fact]
    public void Timeline_NoCommits_SaysThereIsNothingToJudge()
    {
        var pipeline = new SimulatedPipeline();

        var baseline = BaselineLearner.Learn(pipeline.Sample(pipeline.Run(out var produced), produced).Where(s => s.TakenAt < SimulatedPipeline.At(20)));

        var truth = CommitTruth.Timeline([], baseline, pipeline.Faults(), new());

        Assert.Equal(RecoveryOutcome.Pending, truth.Outcome);
        Assert.Null(truth.RecoveryTime);
    }

    private static (RecoveryTimeline Reported, RecoveryTimeline Truth) BothTimelines(SimulatedPipeline pipeline, bool backlog)
    {
        var commits = pipeline.Run(out var produced);
        var samples = pipeline.Sample(commits, produced, backlog);
        var until = SimulatedPipeline.At(pipeline.Baseline);
        var baseline = BaselineLearner.Learn(samples.Where(s => s.TakenAt < until));
        Assert.Empty(baseline.Refusals);
        return (
            RecoveryJudge.Judge(baseline, samples.Where(s => s.TakenAt >= until), pipeline.Faults(), new(), SimulatedPipeline.At(pipeline.Length)),
            CommitTruth.Timeline(commits, baseline, pipeline.Faults(), new(), TimeSpan.FromMilliseconds(10)));
    }
}
