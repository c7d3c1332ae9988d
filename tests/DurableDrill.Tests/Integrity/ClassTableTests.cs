using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Integrity;

/// <summary>One literal example for each row of the table of classes.</summary>
public class ClassTableTests
{
    [Fact]
    public async Task Delivered_AcknowledgedAndInTheSink_Passes()
    {
        var result = await JudgeAsync(ListSource.Ledger(new("p1-1"), new("p1-2")), ListSource.Sink(new("p1-2"), new("p1-1")));

        Assert.Equal(IntegrityStatus.Passed, result.Status);
        Assert.Equal([new("p1-1", "p1-2", 2)], result.Classes[IdClass.Delivered].Intervals);
        Assert.Empty(result.Reasons);
    }

    [Fact]
    public async Task Lost_AcknowledgedAndNotInTheSink_Fails()
    {
        var result = await JudgeAsync(ListSource.Ledger(new("p1-1"), new("p1-2")), ListSource.Sink(new IdRecord("p1-1")));

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal([new("p1-2", "p1-2", 1)], result.Classes[IdClass.Lost].Intervals);
        Assert.Equal(["1 lost"], result.Reasons);
    }

    [Fact]
    public async Task Lost_UnknownButReadInTheTopic_Fails()
    {
        var result = await JudgeAsync(
            ListSource.Ledger(new IdRecord("p1-1", Outcome.Unknown)), ListSource.Sink(), topic: ListSource.Topic(new IdRecord("p1-1")));

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Lost));
        Assert.Equal(1, result.MessagesInTopic);
    }

    [Theory]
    [InlineData(Guarantee.ExactlyOnce, IntegrityStatus.Failed)]
    [InlineData(Guarantee.AtMostOnce, IntegrityStatus.Failed)]
    [InlineData(Guarantee.AtLeastOnce, IntegrityStatus.Passed)]
    public async Task Duplicated_TwiceInTheSink_IsJudgedByTheGuarantee(Guarantee guarantee, IntegrityStatus expected)
    {
        var result = await JudgeAsync(
            ListSource.Ledger(new IdRecord("p1-1")), ListSource.Sink(new("p1-1"), new("p1-1")), new() { Guarantee = guarantee });

        Assert.Equal(expected, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Duplicated));
        Assert.Equal(1, result.CountOf(IdClass.Delivered));
    }

    [Fact]
    public async Task Duplicated_OneRowWrittenTwice_Counts()
    {
        var result = await JudgeAsync(ListSource.Ledger(new IdRecord("p1-1")), ListSource.Sink(new IdRecord("p1-1", Writes: 2)));

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Duplicated));
    }

    [Fact]
    public async Task Unexpected_InTheSinkAndNeverAttempted_Fails()
    {
        var result = await JudgeAsync(ListSource.Ledger(new IdRecord("p1-1")), ListSource.Sink(new("p1-1"), new("p9-1")));

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal([new("p9-1", "p9-1", 1)], result.Classes[IdClass.Unexpected].Intervals);
        Assert.Equal(1, result.Expected);
    }

    [Fact]
    public async Task Recovered_UnknownAndInTheSink_IsTold()
    {
        var result = await JudgeAsync(ListSource.Ledger(new IdRecord("p1-1", Outcome.Unknown)), ListSource.Sink(new IdRecord("p1-1")));

        Assert.Equal(IntegrityStatus.Passed, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Recovered));
        Assert.Equal(0, result.CountOf(IdClass.Delivered));
    }

    [Theory]
    [InlineData(Outcome.Failed)]
    [InlineData(Outcome.Unknown)]
    public async Task NotDelivered_NeverAcknowledgedAndNotInTheSink_IsToldAndNotLost(Outcome outcome)
    {
        var result = await JudgeAsync(ListSource.Ledger(new("p1-1"), new("p1-2", outcome)), ListSource.Sink(new IdRecord("p1-1")));

        Assert.Equal(IntegrityStatus.Passed, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.NotDelivered));
        Assert.Equal(0, result.CountOf(IdClass.Lost));
    }

    [Fact]
    public async Task Conflicting_OneIdWithTwoContents_Fails()
    {
        var result = await JudgeAsync(
            ListSource.Ledger(new("p1-1", Content: 10), new("p1-2", Content: 20)),
            ListSource.Sink(new("p1-1", Content: 10), new("p1-2", Content: 21)));

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal([new("p1-2", "p1-2", 1)], result.Classes[IdClass.Conflicting].Intervals);
        Assert.Equal(2, result.CountOf(IdClass.Delivered));
    }

    [Fact]
    public async Task Undetermined_TheSinkBreaksWhileItIsRead_IsInconclusive()
    {
        var sink = new ListSource(new() { Name = "table orders" }, new IdRecord("p1-1")) { Breaks = "the server closed the connection" };

        var result = await JudgeAsync(ListSource.Ledger(new("p1-1"), new("p1-2")), sink);

        Assert.Equal(IntegrityStatus.Inconclusive, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Delivered));
        Assert.Equal(1, result.CountOf(IdClass.Undetermined));
        Assert.Equal(0, result.CountOf(IdClass.Lost));
        Assert.Null(result.InSink);
        Assert.Contains(result.NotObservable, line => line.Contains("the server closed the connection"));
    }

    [Fact]
    public async Task Undetermined_ThePipelineIsNotQuiet_IsInconclusive()
    {
        var result = await JudgeAsync(
            ListSource.Ledger(new("p1-1"), new("p1-2", Outcome.Failed)), ListSource.Sink(), new() { NotQuiet = "backlog is 12 after 120 s" });

        Assert.Equal(IntegrityStatus.Inconclusive, result.Status);
        Assert.Equal(1, result.CountOf(IdClass.Undetermined));
        Assert.Equal(1, result.CountOf(IdClass.NotDelivered));
        Assert.Contains(result.Reasons, reason => reason.Contains("backlog is 12 after 120 s"));
    }

    [Fact]
    public async Task Duplicated_OnlyBeforeTheFirstFault_IsToldAndNotThisDrills()
    {
        var before = new IntegrityRules { WrittenBefore = new Dictionary<string, long> { ["p1-1"] = 2, ["p1-2"] = 2 } };

        var old = await JudgeAsync(ListSource.Ledger(new("p1-1"), new("p1-2")), ListSource.Sink(new("p1-1", Writes: 2), new("p1-2", Writes: 2)), before);
        var again = await JudgeAsync(ListSource.Ledger(new("p1-1"), new("p1-2")), ListSource.Sink(new("p1-1", Writes: 2), new("p1-2", Writes: 3)), before);

        Assert.Equal((IntegrityStatus.Passed, 0, 2), (old.Status, old.CountOf(IdClass.Duplicated), old.CountOf(IdClass.DuplicatedBefore)));
        Assert.Equal(["1 duplicated, against the guarantee"], again.Reasons);
        Assert.Equal([new("p1-2", "p1-2", 1)], again.Classes[IdClass.Duplicated].Intervals);
    }

    [Fact]
    public async Task Duplicated_InTheTopicAlready_IsToldApart()
    {
        var result = await JudgeAsync(
            ListSource.Ledger(new("p1-1"), new("p1-2"), new("p1-3")), ListSource.Sink(new("p1-1", Writes: 2), new("p1-2", Writes: 2), new("p1-3")), new(),
            ListSource.Topic(new("p1-1"), new("p1-2"), new("p1-3"), new("p1-1"), new("p1-3")));

        Assert.Equal(["2 duplicated, against the guarantee; 1 of them were in the topic twice already"], result.Reasons);
        Assert.Equal([new("p1-1", "p1-1", 1)], result.Classes[IdClass.DuplicatedInTopic].Intervals);
    }

    [Fact]
    public async Task Deferred_ArrivedLate_IsACostAndNoLoss()
    {
        var noon = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        var result = await JudgeAsync(
            ListSource.Ledger(new("p1-1", At: noon), new("p1-2", At: noon.AddSeconds(1))),
            ListSource.Sink(new("p1-1", At: noon.AddSeconds(2)), new("p1-2", At: noon.AddSeconds(31))),
            new() { LateAfter = TimeSpan.FromSeconds(2) });

        Assert.Equal(IntegrityStatus.Passed, result.Status);
        Assert.Equal([new("p1-2", "p1-2", 1)], result.Classes[IdClass.Deferred].Intervals);
        Assert.Equal(2, result.CountOf(IdClass.Delivered));
    }

    [Fact]
    public async Task Healed_LostAtTheEndAndThereAfterAReplay_FailsAndIsToldApart()
    {
        var rules = new IntegrityRules();
        var evidence = await IntegrityCheck.ReadAsync(
            new(ListSource.Ledger(new("p1-1"), new("p1-2"), new("p1-3")), null, ListSource.Sink(new IdRecord("p1-1"))), rules, default);
        await IntegrityCheck.ReadLaterAsync(evidence, ListSource.Sink(new("p1-1"), new("p1-2")), default);

        var result = IntegrityJudge.Judge(evidence, rules);

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal(2, result.CountOf(IdClass.Lost));
        Assert.Equal([new("p1-2", "p1-2", 1)], result.Classes[IdClass.Healed].Intervals);
        Assert.Equal(["2 lost when the drill ended; a later replay brought back 1"], result.Reasons);
    }

    private static async Task<IntegrityResult> JudgeAsync(IIdSource ledger, IIdSource sink, IntegrityRules? rules = null, IIdSource? topic = null)
    {
        rules ??= new();
        return IntegrityJudge.Judge(await IntegrityCheck.ReadAsync(new(ledger, topic, sink), rules, default), rules);
    }
}
