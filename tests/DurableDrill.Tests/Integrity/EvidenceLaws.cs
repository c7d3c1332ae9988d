using System.Text.Json;
using DurableDrill.Integrity;
using FsCheck;
using FsCheck.Fluent;
using Outcome = DurableDrill.Integrity.Outcome;

namespace DurableDrill.Tests.Integrity;

/// <summary>Verdicts of parts merge: in any order, in any grouping, and to what one reading of everything says.</summary>
public class EvidenceLaws
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly IntegrityRules Rules = new()
    {
        LateAfter = TimeSpan.FromSeconds(3),
        WrittenBefore = new Dictionary<string, long> { ["p1-000000000007"] = 2, ["p2-100"] = 3, ["550e8400-e29b-41d4-a716-446655440001"] = 2, ["a"] = 4 },
        Faults = [new("a", Noon, Noon.AddSeconds(5)), new("b", Noon.AddSeconds(3), Noon.AddSeconds(8))],
    };

    private static readonly Gen<IdRecord> Record = RandomIds.Records(RandomIds.Id, Noon);

    private static readonly Gen<Part> Parts =
        from expected in Gen.ArrayOf(Record)
        from topic in Gen.ArrayOf(Record)
        from actual in Gen.ArrayOf(Record)
        select new Part(expected, topic, actual);

    private sealed record Part(IdRecord[] Expected, IdRecord[] Topic, IdRecord[] Actual);

    [Fact]
    public void Merge_AnyParts_IsCommutativeAndAssociative() => Prop.ForAll(Gen.ArrayOf(Parts, 3).ToArbitrary(), parts =>
    {
        var (a, b, c) = (Read(parts[0]), Read(parts[1]), Read(parts[2]));
        var whole = Judged(IntegrityEvidence.Merge(IntegrityEvidence.Merge(a, b), c));
        return whole == Judged(IntegrityEvidence.Merge(a, IntegrityEvidence.Merge(b, c)))
            && whole == Judged(IntegrityEvidence.Merge(c, IntegrityEvidence.Merge(b, a)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_AnyParts_IsWhatOneReadingOfEverythingSays() => Prop.ForAll(Gen.ArrayOf(Parts, 2).ToArbitrary(), parts =>
        Judged(IntegrityEvidence.Merge(Read(parts[0]), Read(parts[1]))) == Judged(Read(new(
            [.. parts[0].Expected, .. parts[1].Expected],
            [.. parts[0].Topic, .. parts[1].Topic],
            [.. parts[0].Actual, .. parts[1].Actual])))).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_WithNothing_ChangesNothing() => Prop.ForAll(Parts.ToArbitrary(), part =>
        Judged(IntegrityEvidence.Merge(Read(part), new())) == Judged(Read(part))).QuickCheckThrowOnFailure();

    [Fact]
    public void Classes_AnyEvidence_GiveEachExpectedIdExactlyOneOutcome() => Prop.ForAll(Parts.ToArbitrary(), part =>
    {
        var classes = IntegrityClasses.Of(Read(part), Rules);
        IdClass[] outcomes = [IdClass.Delivered, IdClass.Recovered, IdClass.Lost, IdClass.NotDelivered, IdClass.Undetermined];
        var all = outcomes.SelectMany(outcome => classes.Sets[outcome].Ids()).ToList();
        return all.Count == all.Distinct().Count()
            && all.ToHashSet().SetEquals(part.Expected.Select(record => record.Id))
            && classes.Losses(Rules).Sum(loss => loss.Ids.Count) == classes.Sets[IdClass.Lost].Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Classes_AnyEvidence_AreThoseOfANaiveReading() => Prop.ForAll(Parts.ToArbitrary(), part =>
    {
        var classes = IntegrityClasses.Of(Read(part), Rules).Sets;
        var sink = part.Actual.Select(record => record.Id).ToHashSet();
        var solid = part.Expected.Where(record => record.Outcome == Outcome.Acknowledged).Select(record => record.Id)
            .Concat(part.Topic.Select(record => record.Id)).ToHashSet();
        var expected = part.Expected.Select(record => record.Id).ToHashSet();
        var contents = part.Expected.Concat(part.Topic).Concat(part.Actual).GroupBy(record => record.Id);
        return Same(IdClass.Lost, expected.Where(id => solid.Contains(id) && !sink.Contains(id)))
            && Same(IdClass.NotDelivered, expected.Where(id => !solid.Contains(id) && !sink.Contains(id)))
            && Same(IdClass.Unexpected, sink.Except(expected))
            && Same(IdClass.Duplicated, Written().Where(id => id.Writes > Math.Max(1, Rules.WrittenBefore!.GetValueOrDefault(id.Id))).Select(id => id.Id))
            && Same(IdClass.DuplicatedBefore, Written().Where(id => id.Writes > 1 && id.Writes <= Rules.WrittenBefore!.GetValueOrDefault(id.Id)).Select(id => id.Id))
            && Same(IdClass.DuplicatedInTopic, classes[IdClass.Duplicated].Ids().Intersect(part.Topic.CountBy(record => record.Id).Where(id => id.Value > 1).Select(id => id.Key)))
            && Same(IdClass.Conflicting, contents.Where(group => group.Select(record => record.Content).Distinct().Count() > 1).Select(group => group.Key));

        IEnumerable<(string Id, int Writes)> Written() => part.Actual.GroupBy(record => record.Id).Select(group => (group.Key, group.Sum(record => record.Writes)));

        bool Same(IdClass idClass, IEnumerable<string> ids) => ids.ToHashSet().SetEquals(classes[idClass].Ids());
    }).QuickCheckThrowOnFailure();

    private static IntegrityEvidence Read(Part part)
    {
        var evidence = new IntegrityEvidence();
        evidence.TopicIsRead();
        foreach (var record in part.Expected)
        {
            evidence.SawAttempt(record, Rules);
        }

        foreach (var record in part.Topic)
        {
            evidence.SawInTopic(record, Rules);
        }

        foreach (var record in part.Actual)
        {
            evidence.SawInSink(record, Rules);
        }

        return evidence;
    }

    private static string Judged(IntegrityEvidence evidence) => JsonSerializer.Serialize(IntegrityJudge.Judge(evidence, Rules), DrillJson.Options);
}
