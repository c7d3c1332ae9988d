using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Integrity;

/// <summary>What real pipelines do to a naive comparison of ids.</summary>
public class RealPipelineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Expected_Nothing_NeverPasses()
    {
        var result = await JudgeAsync(new(ListSource.Ledger(), null, ListSource.Sink()));

        Assert.Equal(IntegrityStatus.Inconclusive, result.Status);
        Assert.Equal(["no id was expected: that proves nothing"], result.Reasons);
    }

    [Fact]
    public async Task Expected_NotReadable_IsInconclusiveAndJudgesNobodyAsUnexpected()
    {
        var ledger = new ListSource(new() { Name = "ledger", KnowsAttempts = true }) { Breaks = "ledger p1.log: no such file" };

        var result = await JudgeAsync(new(ledger, null, ListSource.Sink(new IdRecord("p1-1"))));

        Assert.Equal(IntegrityStatus.Inconclusive, result.Status);
        Assert.Null(result.CountOf(IdClass.Unexpected));
        Assert.Contains(result.Reasons, reason => reason.Contains("no such file"));
    }

    [Fact]
    public async Task Producer_WithoutALedger_IsJudgedFromTheTopicOnAndTheRestIsNotObservable()
    {
        var result = await JudgeAsync(new(ListSource.Topic(new("1"), new("2")), null, ListSource.Sink(new IdRecord("1"))));

        Assert.Equal(1, result.CountOf(IdClass.Lost));
        Assert.Equal(LossPlace.Processor, Assert.Single(result.Losses).Where);
        Assert.Equal(2, result.MessagesInTopic);
        Assert.Contains(result.NotObservable, line => line.StartsWith("loss before the topic"));
    }

    [Fact]
    public async Task Topic_ThatIsReadByAnyMeans_StandsForTheLedgerThatIsNotThere()
    {
        var none = new ListSource(new() { Name = "no ledger", IsAbsent = true });

        var result = await JudgeAsync(new(none, ListSource.Counter(new("1"), new("2")), ListSource.Sink(new IdRecord("1"))));

        Assert.Equal(LossPlace.Processor, Assert.Single(result.Losses).Where);
        Assert.Equal(2, result.MessagesInTopic);
        Assert.Contains(result.NotObservable, line => line.StartsWith("loss before the topic"));
    }

    [Fact]
    public async Task Producer_CountsWhatItSentAndGivesUp_LosesBeforeTheTopic()
    {
        var result = await JudgeAsync(new(
            ListSource.Counter(new("1"), new("2"), new("3")), ListSource.Topic(new("1"), new("2")), ListSource.Sink(new IdRecord("1"))));

        Assert.Equal(
            [new(LossPlace.Processor, null, 1, [new("2", "2", 1)]), new LossGroup(LossPlace.Producer, null, 1, [new("3", "3", 1)])],
            result.Losses, (one, other) => one.Where == other.Where && one.Intervals.SequenceEqual(other.Intervals));
    }

    [Fact]
    public async Task Broker_LosesAnAcknowledgedMessageWithItsLeader_LosesInTheTopic()
    {
        var result = await JudgeAsync(new(ListSource.Ledger(new("1"), new("2")), ListSource.Topic(new IdRecord("1")), ListSource.Sink(new IdRecord("1"))));

        Assert.Equal(LossPlace.Topic, Assert.Single(result.Losses).Where);
    }

    [Fact]
    public async Task Sink_HadARowAndHasItNoMore_LosesInTheSink()
    {
        var rules = new IntegrityRules();
        var evidence = await IntegrityCheck.ReadAsync(new(ListSource.Ledger(new IdRecord("1")), ListSource.Topic(new IdRecord("1")), ListSource.Sink()), rules, default);
        await IntegrityCheck.ReadEarlierAsync(evidence, ListSource.Sink(new IdRecord("1")), default);

        Assert.Equal(LossPlace.Sink, Assert.Single(IntegrityJudge.Judge(evidence, rules).Losses).Where);
    }

    [Fact]
    public async Task Loss_WithoutATopicToLookInto_IsNotLocated()
    {
        var result = await JudgeAsync(new(ListSource.Ledger(new IdRecord("1")), null, ListSource.Sink()));

        Assert.Equal(LossPlace.NotLocated, Assert.Single(result.Losses).Where);
    }

    [Fact]
    public async Task Loss_ProducedUnderAFault_NamesTheOneThatBeganLast()
    {
        var rules = new IntegrityRules
        {
            Faults = [new("stop-kafka", Noon, Noon.AddSeconds(30)), new("kill-worker", Noon.AddSeconds(10), Noon.AddSeconds(20))],
        };
        var ledger = ListSource.Ledger(
            new("1", At: Noon.AddSeconds(5)), new("2", At: Noon.AddSeconds(15)), new("3", At: Noon.AddSeconds(25)), new("4", At: Noon.AddSeconds(31)), new("5"));

        var result = await JudgeAsync(new(ledger, null, ListSource.Sink()), rules);

        Assert.Equal(
            [("kill-worker", "2"), ("stop-kafka", "1,3"), (null, "4,5")],
            result.Losses.Select(loss => (loss.Fault, string.Join(',', loss.Intervals.SelectMany(IdIntervals.Expand)))));
    }

    [Theory]
    [InlineData(Guarantee.ExactlyOnce, IntegrityStatus.Inconclusive)]
    [InlineData(Guarantee.AtMostOnce, IntegrityStatus.Inconclusive)]
    [InlineData(Guarantee.AtLeastOnce, IntegrityStatus.Passed)]
    public async Task Sink_UpsertsAndCountsNoWrites_HidesDuplicates(Guarantee guarantee, IntegrityStatus expected)
    {
        var result = await JudgeAsync(
            new(ListSource.Ledger(new IdRecord("1")), null, ListSource.UpsertingSink(new IdRecord("1"))), new() { Guarantee = guarantee });

        Assert.Equal(expected, result.Status);
        Assert.Null(result.CountOf(IdClass.Duplicated));
        Assert.Contains(result.NotObservable, line => line.StartsWith("duplicates"));
    }

    [Fact]
    public async Task Producer_UsesAnIdAgainForOtherContent_IsConflictingThoughOneRowArrived()
    {
        var result = await JudgeAsync(new(ListSource.Ledger(new("1", Content: 7), new("1", Content: 8)), null, ListSource.Sink(new IdRecord("1", Content: 8))));

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Conflicting));
        Assert.Equal(1, result.Expected);
    }

    [Fact]
    public async Task Producer_TriesAgainAfterAFailure_IsJudgedByItsBestOutcome()
    {
        var result = await JudgeAsync(new(ListSource.Ledger(new("1", Outcome.Failed), new("1", Outcome.Acknowledged)), null, ListSource.Sink()));

        Assert.Equal(1, result.CountOf(IdClass.Lost));
        Assert.Equal(0, result.CountOf(IdClass.NotDelivered));
    }

    [Fact]
    public async Task Producer_GoesOnWhileIdsAreRead_NothingIsUnexpectedOrLost()
    {
        var ledger = new ListSource(new() { Name = "ledger", KnowsAttempts = true }, new IdRecord("1"))
        {
            Later = [new("1"), new("2"), new("3")],
        };

        var result = await JudgeAsync(new(ledger, null, ListSource.Sink(new("1"), new("2"))));

        Assert.Equal(IntegrityStatus.Passed, result.Status);
        Assert.Equal(2, result.CountOf(IdClass.Delivered));
    }

    [Fact]
    public async Task Loss_WithinTheRecoveryPointObjective_Passes()
    {
        var sources = new IntegritySources(ListSource.Ledger(new("1"), new("2")), null, ListSource.Sink(new IdRecord("1")));

        Assert.Equal(IntegrityStatus.Passed, (await JudgeAsync(sources, new() { ToleratedLost = 1 })).Status);
        Assert.Equal(IntegrityStatus.Failed, (await JudgeAsync(sources, new() { ToleratedLost = 0 })).Status);
    }

    private static async Task<IntegrityResult> JudgeAsync(IntegritySources sources, IntegrityRules? rules = null)
    {
        rules ??= new();
        return IntegrityJudge.Judge(await IntegrityCheck.ReadAsync(sources, rules, default), rules);
    }
}
