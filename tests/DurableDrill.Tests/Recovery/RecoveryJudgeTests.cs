using DurableDrill.Faults;
using DurableDrill.Recovery;
using DurableDrill.Signals;

namespace DurableDrill.Tests.Recovery;

public class RecoveryJudgeTests
{
    private static readonly RecoveryOptions Options = new();

    [Fact]
    public void Timeline_OutageAndCatchUp_HasItsInstantsInOrder()
    {
        var script = new Script { Outage = (30, 40), UpAt = 38 };

        var timeline = script.Judge();

        Assert.Equal(RecoveryOutcome.Recovered, timeline.Outcome);
        Assert.True(timeline.Settled);
        AssertAt(30, timeline.FirstImpact);
        Assert.True(timeline.Detected!.Value.Latest > timeline.FirstImpact!.Value.Latest);
        AssertAt(38, timeline.ComponentUp);
        AssertAt(40, timeline.FirstOutput);
        // 10 s of 50/s, worked off at 250/s while 50/s go on coming: 2.5 s.
        AssertAt(42.5, timeline.BacklogDrained);
        AssertAt(42.5, timeline.Recovered);
        Assert.Equal(10, timeline.Downtime.Seconds, 0.3);
        Assert.Equal(4.5, timeline.RecoveryTime!.Value.Seconds, 0.3);
        Assert.Equal(12.5, timeline.TimeToRecover!.Value.Seconds, 0.3);
        Assert.InRange(timeline.TimeToRecover.Value.AtMostSeconds - timeline.TimeToRecover.Value.AtLeastSeconds, 0.2, 0.6);
        Assert.Equal("applied worker", Assert.Single(timeline.Episodes).Cause);
        Assert.Null(timeline.InBandSince);
    }

    [Fact]
    public void Timeline_BacklogBeingWorkedOff_IsNotBackInBand()
    {
        var script = new Script { Outage = (30, 40), Capacity = 60 };

        var timeline = script.Judge(until: 80);

        Assert.Equal(RecoveryOutcome.Pending, timeline.Outcome);
        Assert.Null(timeline.InBandSince);
        Assert.NotNull(timeline.FirstOutput);
        Assert.Equal(10, timeline.Downtime.Seconds, 0.3);
    }

    [Fact]
    public void Timeline_BackButNotYetForTheStableTime_SaysSinceWhen()
    {
        var timeline = new Script { Outage = (30, 40) }.Judge(until: 46);

        Assert.Equal(RecoveryOutcome.Pending, timeline.Outcome);
        Assert.Null(timeline.Recovered);
        Assert.Null(timeline.RecoveryTime);
    }

    [Fact]
    public void Timeline_NotBackWhenTheTimeIsUp_IsCensoredWithoutANumber()
    {
        var timeline = new Script { Outage = (30, 1000), RevertedAt = 40 }.Judge(until: 175);

        Assert.Equal(RecoveryOutcome.Censored, timeline.Outcome);
        Assert.Equal(120, timeline.CensoredAfterSeconds);
        Assert.Null(timeline.RecoveryTime);
        Assert.Null(timeline.TimeToRecover);
        Assert.True(timeline.Settled);
    }

    [Fact]
    public void Timeline_NothingLeftItsBand_SaysNoEffect()
    {
        var timeline = new Script { Outage = (1000, 1001), AppliedAt = 30, RevertedAt = 40 }.Judge(until: 60);

        Assert.Equal(RecoveryOutcome.NoEffect, timeline.Outcome);
        Assert.Null(timeline.RecoveryTime);
        Assert.Equal("no effect seen", Assert.Single(timeline.Faults).Note);
    }

    [Fact]
    public void Timeline_ComponentDownWithoutEffect_IsStillNoEffect()
    {
        var timeline = new Script { Outage = (1000, 1001), AppliedAt = 30, RevertedAt = 40, UpAt = 41 }.Judge(until: 60);

        Assert.Equal(RecoveryOutcome.NoEffect, timeline.Outcome);
        AssertAt(41, timeline.ComponentUp);
    }

    [Fact]
    public void Timeline_ComponentThatNeverCameBack_IsTold()
    {
        var timeline = new Script { Outage = (30, 40), RevertedAt = 40, UpAt = 1000 }.Judge();

        Assert.Equal(RecoveryOutcome.Recovered, timeline.Outcome);
        Assert.Null(timeline.ComponentUp);
        Assert.Contains(timeline.Notes, note => note.StartsWith("worker has been down since 2026-01-01T00:00:30", StringComparison.Ordinal));
    }

    [Fact]
    public void Timeline_HealedBeforeTheRevert_CountsFromTheFaultAndKeepsTheRevertApart()
    {
        var script = new Script { Outage = (30, 34), RevertedAt = 60, Second = (60.5, 62.5) };

        var timeline = script.Judge();

        Assert.True(timeline.SelfHealed);
        AssertAt(35, timeline.Recovered);
        Assert.Equal(5, timeline.RecoveryTime!.Value.Seconds, 0.4);
        Assert.Equal(["applied worker", "reverted worker"], timeline.Episodes.Select(e => e.Cause));
        AssertAt(63, timeline.Episodes[1].Ended);
        Assert.Equal(6, timeline.Downtime.Seconds, 0.5);
    }

    [Fact]
    public void Timeline_StillInjuredAndHealed_WaitsForTheRevert()
    {
        var timeline = new Script { Outage = (30, 34), RevertedAt = null }.Judge(until: 55);

        Assert.Equal(RecoveryOutcome.Pending, timeline.Outcome);
        AssertAt(35, Assert.Single(timeline.Episodes).Ended);
    }

    [Fact]
    public void Timeline_DamageWithinTheStableTime_Counts()
    {
        var timeline = new Script { Outage = (30, 40), Second = (45, 47) }.Judge();

        AssertAt(47.5, timeline.Recovered);
        Assert.Single(timeline.Episodes);
    }

    [Fact]
    public void Timeline_PipelinePausedAfterTheWatch_ChangesNothing()
    {
        var script = new Script { Outage = (30, 40), Second = (55, 1000) };

        Assert.Equal(Json(script.Judge(until: 54)), Json(script.Judge(until: 80)));
    }

    [Fact]
    public void Timeline_BackLongAfterTheTimeout_IsCensored()
    {
        var timeline = new Script { Outage = (30, 100), RevertedAt = 40 }.Judge(new() { Timeout = TimeSpan.FromSeconds(30) }, until: 150);

        Assert.Equal(RecoveryOutcome.Censored, timeline.Outcome);
        Assert.Null(timeline.RecoveryTime);
        Assert.Equal(30, timeline.CensoredAfterSeconds);
    }

    [Fact]
    public void Timeline_HalfTheOutputOnly_IsDowntime()
    {
        var timeline = new Script { Outage = (30, 40), Degraded = 0.45 }.Judge();

        Assert.InRange(timeline.Downtime.Seconds, 9, 10.3);
        Assert.Null(timeline.FirstOutput);
        AssertAt(41.4, timeline.Recovered);
    }

    [Fact]
    public void Timeline_LostEvents_RecoversAndTellsHowManyAreMissing()
    {
        var timeline = new Script { Outage = (30, 40), Lost = true, Backlog = false }.Judge();

        AssertAt(40, timeline.Recovered);
        Assert.Contains(timeline.Notes, n => n.Contains("fewer are stored"));
    }

    [Fact]
    public void Timeline_ReplayFromTheStart_IsNotRecovery()
    {
        // 1,500 events are written again before anything new is; the counter of writes runs far ahead meanwhile.
        var timeline = new Script { Outage = (30, 40), Replayed = 1500, Backlog = false }.Judge();

        // 1,500 and 500 and what comes meanwhile, at 250 a second: 10 s.
        AssertAt(50, timeline.Recovered);
    }

    [Fact]
    public void Timeline_ProbeCutOff_IsAGapAndNoOutage()
    {
        var timeline = new Script { Outage = (1000, 1001), AppliedAt = 30, RevertedAt = 40, Unreadable = (30, 40) }.Judge(until: 60);

        Assert.Equal(RecoveryOutcome.NoEffect, timeline.Outcome);
        var gap = timeline.Gaps.Single(g => g.Signal == "stored");
        Assert.Equal(10, gap.Seconds, 0.6);
        Assert.Equal("connection refused", gap.Reason);
    }

    [Fact]
    public void Timeline_UnreadableFromTheFaultOn_IsNeverRecovered()
    {
        var timeline = new Script { Outage = (30, 40), Unreadable = (30, 1000) }.Judge(until: 175);

        Assert.Equal(RecoveryOutcome.Censored, timeline.Outcome);
        Assert.Contains(timeline.Notes, n => n.Contains("could not be read"));
    }

    /// <summary>A container was started again by its policy, which no recovery undoes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Timeline_RestartsThatDoNotDecide_AreTold(bool told)
    {
        var script = new Script { Outage = (30, 40) };
        List<Sample> Samples(double until) =>
        [
            .. script.Samples(until),
            .. Enumerable.Range(1, (int)(4 * until)).Select(i => new Sample("restarts", Script.At(i / 4.0), TimeSpan.FromMilliseconds(1), i / 4.0 > 35 ? 3 : 2)),
        ];

        var baseline = BaselineLearner.Learn(Samples(20), told: told ? ["restarts"] : []);
        var timeline = RecoveryJudge.Judge(baseline, Samples(175), script.Faults(), Options, Script.At(175));

        Assert.Equal(told ? RecoveryOutcome.Recovered : RecoveryOutcome.Censored, timeline.Outcome);
        Assert.Equal(told, timeline.Notes.Contains("\"restarts\" went from 2 to 3."));
    }

    /// <summary>The sink is what was killed: it cannot be read until it is back, and by then it has taken something in again.</summary>
    [Theory]
    [InlineData(40.02)]
    [InlineData(40.2)]
    public void Timeline_SinkDownAndWhatCameMeanwhileLost_IsAnOutageOfThatLength(double back)
    {
        var timeline = new Script { Outage = (30, back), Lost = true, Unreadable = (30, back), Backlog = false }.Judge(until: 60);

        Assert.Equal(RecoveryOutcome.Recovered, timeline.Outcome);
        AssertAt(30, timeline.FirstImpact);
        AssertAt(back, timeline.Recovered);
        Assert.InRange(timeline.Downtime.AtLeastSeconds, 9, 10.3);
        Assert.Equal(10, timeline.Downtime.Seconds, 0.5);
    }

    [Fact]
    public void Timeline_SamplerStalledAtRecovery_WidensTheInterval()
    {
        var timeline = new Script { Outage = (30, 40), Stalled = (41, 45) }.Judge();

        Assert.Equal(RecoveryOutcome.Recovered, timeline.Outcome);
        Assert.InRange(timeline.Recovered!.Value.Earliest, Script.At(40.7), Script.At(41));
        Assert.InRange(timeline.Recovered.Value.Latest, Script.At(44.9), Script.At(45.3));
        Assert.Equal(4, timeline.Gaps.Max(g => g.Seconds), 0.6);
    }

    [Fact]
    public void Timeline_CounterReset_IsAGapAndNoOutage()
    {
        var timeline = new Script { Outage = (1000, 1001), AppliedAt = 30, RevertedAt = 40, ResetAt = 33 }.Judge(until: 60);

        Assert.Equal(RecoveryOutcome.NoEffect, timeline.Outcome);
        Assert.Contains(timeline.Notes, n => n.Contains("\"stored\" was reset"));
    }

    [Fact]
    public void Timeline_GaugeThatNoLongerMoves_IsAGap()
    {
        var timeline = new Script { Outage = (30, 40), FrozenFrom = 29 }.Judge(until: 175);

        Assert.Equal(RecoveryOutcome.Censored, timeline.Outcome);
        Assert.Contains(timeline.Gaps, g => g is { Signal: "latency", Reason: "it no longer moves" });
    }

    [Fact]
    public void Timeline_SeveralFaults_CountsFromTheFirstToTheLastAndHasARowEach()
    {
        var script = new Script { Outage = (30, 35), Second = (60, 66) };
        var faults = new FaultWindow[]
        {
            new("one", SimulatedPipeline.Instant(30), SimulatedPipeline.Instant(35)),
            new("two", SimulatedPipeline.Instant(60), SimulatedPipeline.Instant(66)),
        };

        var timeline = RecoveryJudge.Judge(script.Baseline(), script.Samples(100), faults, Options, Script.At(100));

        AssertAt(67.5, timeline.Recovered);
        Assert.Equal(37.5, timeline.TimeToRecover!.Value.Seconds, 0.3);
        Assert.Equal(1.5, timeline.RecoveryTime!.Value.Seconds, 0.3);
        Assert.All(timeline.Faults, f => Assert.Null(f.Note));
        Assert.Equal(1.25, timeline.Faults[0].RecoveryTime!.Value.Seconds, 0.3);
        Assert.Equal(1.5, timeline.Faults[1].RecoveryTime!.Value.Seconds, 0.3);
        Assert.Equal(11, timeline.Downtime.Seconds, 0.6);
    }

    [Fact]
    public void Timeline_SecondFaultBeforeTheFirstIsOver_RowSaysSo()
    {
        var script = new Script { Outage = (30, 45) };
        var faults = new FaultWindow[]
        {
            new("one", SimulatedPipeline.Instant(30), SimulatedPipeline.Instant(40)),
            new("two", SimulatedPipeline.Instant(35), SimulatedPipeline.Instant(45)),
        };

        var timeline = RecoveryJudge.Judge(script.Baseline(), script.Samples(80), faults, Options, Script.At(80));

        Assert.Equal(["not before the next fault", "the pipeline was disturbed already"], timeline.Faults.Select(f => f.Note));
        Assert.Null(timeline.Faults[0].RecoveryTime);
        Assert.NotNull(timeline.Faults[1].RecoveryTime);
    }

    [Fact]
    public void Timeline_ClocksThatMayDiffer_WidenEveryInstant()
    {
        var script = new Script { Outage = (30, 40) };

        var exact = script.Judge();
        var unsure = script.Judge(Options with { ClockOffset = TimeSpan.FromSeconds(0.2) });

        Assert.Equal(exact.Recovered!.Value.Widen(TimeSpan.FromSeconds(0.2)), unsure.Recovered);
        Assert.Equal(exact.RecoveryTime!.Value.Seconds, unsure.RecoveryTime!.Value.Seconds, 6);
    }

    [Fact]
    public void Add_BurstByBurst_SaysTheSameAsAllAtOnce()
    {
        var script = new Script { Outage = (30, 40), Second = (60, 62) };
        var samples = script.Samples(90).ToList();
        var judge = new RecoveryJudge(script.Baseline(), Options);

        foreach (var burst in samples.Chunk(37))
        {
            judge.Add(burst);
            judge.Timeline(script.Faults(), burst[^1].TakenAt);
        }

        Assert.Equal(
            DrillJson.ToElement(RecoveryJudge.Judge(script.Baseline(), samples, script.Faults(), Options, Script.At(90))).GetRawText(),
            DrillJson.ToElement(judge.Timeline(script.Faults(), Script.At(90))).GetRawText());
    }

    [Fact]
    public void Add_TwoHours_StaysLinear()
    {
        var judge = new RecoveryJudge(new Script().Baseline(), Options with { StableFor = TimeSpan.FromMinutes(20), Timeout = TimeSpan.FromMinutes(10) });

        foreach (var sample in new Script { Outage = (30, 900) }.Samples(2 * 3600))
        {
            judge.Add([sample]);
        }

        Assert.Equal(RecoveryOutcome.Recovered, judge.Timeline(new Script { Outage = (30, 900) }.Faults(), Script.At(2 * 3600)).Outcome);
    }

    private static string Json(RecoveryTimeline timeline) => DrillJson.ToElement(timeline with { Gaps = [] }).GetRawText();

    private static void AssertAt(double seconds, Instants? instants)
    {
        Assert.NotNull(instants);
        Assert.InRange((instants.Value.Middle() - Script.At(0)).TotalSeconds, seconds - 0.3, seconds + 0.3);
    }
}
