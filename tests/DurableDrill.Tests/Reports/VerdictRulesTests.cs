using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Plans;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Reports;

public sealed class VerdictRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Instants Now = new(Start, Start);

    [Theory]
    [InlineData(RecoveryOutcome.Recovered, IntegrityStatus.Passed, Verdict.Passed)]
    [InlineData(RecoveryOutcome.NoEffect, IntegrityStatus.Passed, Verdict.Passed)]
    [InlineData(RecoveryOutcome.Pending, IntegrityStatus.Passed, Verdict.Inconclusive)]
    [InlineData(RecoveryOutcome.Recovered, IntegrityStatus.Inconclusive, Verdict.Inconclusive)]
    [InlineData(RecoveryOutcome.Recovered, IntegrityStatus.Failed, Verdict.Failed)]
    [InlineData(RecoveryOutcome.Censored, IntegrityStatus.Passed, Verdict.Failed)]
    [InlineData(RecoveryOutcome.Censored, IntegrityStatus.Inconclusive, Verdict.Failed)]
    [InlineData(RecoveryOutcome.Pending, IntegrityStatus.Failed, Verdict.Failed)]
    public void Judge_OfRecoveryAndIntegrity_TakesTheWorse(RecoveryOutcome recovery, IntegrityStatus integrity, Verdict expected)
    {
        var record = Record();
        record.Recovery = Timeline(recovery);

        var (verdict, reasons) = VerdictRules.Judge(record, Integrity(integrity));

        Assert.Equal(expected, verdict);
        Assert.NotEmpty(reasons);
    }

    [Fact]
    public void Judge_RecoveredLaterThanTheObjective_Fails()
    {
        var record = Record(new() { Rto = TimeSpan.FromSeconds(9) });
        record.Recovery = Timeline(RecoveryOutcome.Recovered);

        var (verdict, reasons) = VerdictRules.Judge(record, Integrity(IntegrityStatus.Passed));

        Assert.Equal(Verdict.Failed, verdict);
        Assert.Contains("recovered 10.0 s after the fault; the objective is 9 s", reasons);
    }

    [Theory]
    [InlineData(false, "not recovered within 60 s of the last revert: not all came back into their bands of stored, up:driver")]
    [InlineData(true, "not recovered within 60 s of the last revert: every signal is in its band, but not for long enough")]
    public void Judge_NotRecovered_NamesWhatToLookAt(bool inBand, string reason)
    {
        var record = Record();
        record.Recovery = Timeline(RecoveryOutcome.Censored) with
        {
            CensoredAfterSeconds = 60,
            InBandSince = inBand ? Now : null,
            Episodes = [new("applied kafka", Now, Now, null, default, ["stored", "up:driver"])],
        };

        Assert.Contains(reason, VerdictRules.Judge(record, Integrity(IntegrityStatus.Passed)).Reasons);
    }

    [Fact]
    public void Judge_IdsNotCompared_IsNeverPassed()
    {
        var record = Record();
        record.Recovery = Timeline(RecoveryOutcome.Recovered);

        Assert.Equal(Verdict.Inconclusive, VerdictRules.Judge(record, null).Verdict);
    }

    [Fact]
    public void Judge_OfAnErrorAndALoss_SaysNothingOfThePipeline()
    {
        var record = Record();
        record.Recovery = Timeline(RecoveryOutcome.Censored);
        record.Error = "the Docker socket is dead";

        Assert.Equal(Verdict.Errored, VerdictRules.Judge(record, Integrity(IntegrityStatus.Failed)).Verdict);
    }

    [Fact]
    public void Judge_OfASequence_IsItsWorstPart()
    {
        var record = Record() with { Request = new("d", "t", Plan(new()), "h") { Parts = [Plan(new()), Plan(new())] } };
        record.Parts.AddRange([new("d-1", Verdict.Passed, []), new("d-2", Verdict.Failed, [])]);

        Assert.Equal(Verdict.Failed, VerdictRules.Judge(record, null).Verdict);
    }

    [Fact]
    public void Report_OfASequence_HasTheWorstOfItsChecksAndWhatEachSays()
    {
        var record = Record() with { Request = new("d", "t", Plan(new()), "h") { Parts = [Plan(new()), Plan(new())] } };
        record.Parts.AddRange([new("d-1", Verdict.Passed, []), new("d-2", Verdict.Failed, [])]);
        var part = ReportBuilder.Build(Record(), new());

        var report = ReportBuilder.Build(record, new()
        {
            Parts =
            [
                part with { DrillType = "worker", DataIntegrityCheck = new("failed", 8, ["expected: 8", "lost: 2"]) },
                part with { DrillType = "kafka", DataIntegrityCheck = new("passed", 9, ["expected: 9"]) },
            ],
        });

        Assert.Equal("failed", report.DataIntegrityCheck.Status);
        Assert.Equal(9, report.DataIntegrityCheck.MessagesInTopic);
        Assert.Equal(["worker: failed: expected: 8; lost: 2", "kafka: passed: expected: 9"], report.DataIntegrityCheck.Details);
    }

    [Fact]
    public void Judge_WhatWasLeftToTheWatchAndHadToBeReverted_Fails()
    {
        var record = Record() with { Request = new("d", "t", Plan(new()) with { HealedBy = FaultTicket.Watch }, "h") };
        record.Recovery = Timeline(RecoveryOutcome.Recovered);
        var ticket = new FaultTicket("d.kill", "d", "t", new Kill("worker"), Start, Start, Start) { Applied = Now, Reverted = Now };

        var (verdict, reasons) = VerdictRules.Judge(record, Integrity(IntegrityStatus.Passed), [ticket]);

        Assert.Equal(Verdict.Failed, verdict);
        Assert.Equal("kill: the watch did not heal worker within 5 s, and the drill reverted it", Assert.Single(reasons));
        Assert.Equal(Verdict.Passed, VerdictRules.Judge(record, Integrity(IntegrityStatus.Passed), [ticket with { Healed = Now }]).Verdict);
    }

    private static DrillRecord Record(Objectives? objectives = null) =>
        new() { Request = new("d", "t", Plan(objectives ?? new()), "h"), StartedAt = Start };

    private static DrillPlan Plan(Objectives objectives) => new()
    {
        Name = "worker",
        Faults = [new("kill", new Kill("worker"), TimeSpan.Zero, TimeSpan.FromSeconds(5))],
        Objectives = objectives,
    };

    private static RecoveryTimeline Timeline(RecoveryOutcome outcome) => new()
    {
        Outcome = outcome,
        Applied = Now,
        TimeToRecover = outcome == RecoveryOutcome.Recovered ? new(10, 9.75, 10.25) : null,
        CensoredAfterSeconds = outcome == RecoveryOutcome.Censored ? 120 : null,
    };

    private static IntegrityResult Integrity(IntegrityStatus status) => new()
    {
        Status = status,
        Reasons = status == IntegrityStatus.Passed ? [] : ["a reason"],
        NotObservable = [],
        Guarantee = Guarantee.ExactlyOnce,
        Expected = 5,
        Classes = new Dictionary<IdClass, ClassIds>(),
        Losses = [],
    };
}
