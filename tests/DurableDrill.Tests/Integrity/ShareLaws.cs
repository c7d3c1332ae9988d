using System.Text;
using System.Text.Json;
using DurableDrill.Drills;
using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Tests.Api;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Integrity;

/// <summary>What the shares of all ids say together is what one reading of everything says: counts, intervals, losses, reasons and files.</summary>
public class ShareLaws
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly IntegrityRules Rules = new()
    {
        LateAfter = TimeSpan.FromSeconds(3),
        Faults = [new("a", Noon, Noon.AddSeconds(5)), new("b", Noon.AddSeconds(3), Noon.AddSeconds(8))],
        MaxIntervals = 3,
    };

    private static readonly Gen<string> Id = Gen.Frequency(
        (3, RandomIds.Id),
        (1, from number in Gen.Choose(99_990, 100_010) from digits in Gen.Choose(1, 7) select $"p1-{number.ToString().PadLeft(digits, '0')}"),
        (1, from chunk in Gen.Choose(1, 4) from number in Gen.Choose(-2, 2) select $"{(chunk << 16) + number}"));

    private static readonly Gen<IdRecord> Record = RandomIds.Records(Id, Noon);

    private static readonly Gen<Case> Cases =
        from expected in Gen.ArrayOf(Record)
        from topic in Gen.ArrayOf(Record)
        from actual in Gen.ArrayOf(Record)
        from breaks in Gen.Frequency((4, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("the sink is away")))
        from moving in Gen.Frequency((4, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("it still grows")))
        from readsTopic in Gen.Elements(true, false)
        from shares in Gen.Choose(1, 6)
        select new Case(expected, readsTopic ? topic : null, actual, breaks, moving, shares);

    private sealed record Case(IdRecord[] Expected, IdRecord[]? Topic, IdRecord[] Actual, string? Breaks, string? Moving, int Shares)
    {
        public IntegritySources Sources => new(
            ListSource.Ledger(Expected),
            Topic is null ? null : ListSource.Topic(Topic),
            new ListSource(new() { Name = "table orders" }, Actual) { Breaks = Breaks });
    }

    [Fact]
    public void Slices_AnyId_HoldItInOneShareEach() => Prop.ForAll(
        (from id in Id from count in Gen.Choose(1, 20) select (id, count)).ToArbitrary(),
        each => Enumerable.Range(0, each.count).Count(index => new IdSlice(index, each.count).Holds(each.id)) == 1).QuickCheckThrowOnFailure();

    [Fact]
    public void Slices_OfManyIds_AreOfAboutTheSameSize()
    {
        var ids = Enumerable.Range(0, 30_000).Select(number => $"order/{number}/x").ToList();

        var sizes = Enumerable.Range(0, 15).Select(index => ids.Count(new IdSlice(index, 15).Holds)).ToList();

        Assert.InRange(sizes.Min(), 1_700, 2_000);
        Assert.InRange(sizes.Max(), 2_000, 2_300);
    }

    [Fact]
    public void Merge_OfAnyShares_IsWhatOneReadingOfEverythingSaysToTheByte() => Prop.ForAll(Cases.ToArbitrary(), async each =>
        Assert.Equal(await WholeAsync(each), await MergedAsync(each))).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Merge_WithAShareThatIsCut_ThrowsAndGivesNoSmallerClass()
    {
        var store = new FakeHost();
        var shares = Enumerable.Range(0, 2).Select(share => new ShareFiles(store, "d", share)).ToList();
        var sources = new IntegritySources(ListSource.Ledger([.. Enumerable.Range(0, 9).Select(number => new IdRecord($"id {number} x"))]), null, ListSource.Sink());
        foreach (var (index, share) in shares.Index())
        {
            await share.WriteAsync((await IntegrityCheck.ReadAsync(sources, Rules, new(index, 2), long.MaxValue, default))!, Rules, default);
        }

        await store.WriteTextAsync("d", "shares/1/lost.jsonl", "", default);
        var merge = await ShareMerge.ReadAsync(shares, Rules, default);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => merge.ResultAsync(new(store), "d", default));

        Assert.Contains("short of what was counted", error.Message);
    }

    [Fact]
    public async Task Read_OfMoreThanItMayHold_StopsAndSharesOfItDoNot()
    {
        var records = Enumerable.Range(0, 140_000).Select(number => new IdRecord($"order/{number}/x")).ToList();
        var sources = new IntegritySources(ListSource.Ledger(records), null, ListSource.Sink(records));
        const long limit = 12 << 20;

        Assert.Null(await IntegrityCheck.ReadAsync(sources, Rules, IdSlice.All, limit, default));
        Assert.NotNull(await IntegrityCheck.ReadAsync(sources, Rules, new(0, 4), limit, default));
    }

    private static async Task<string> WholeAsync(Case each)
    {
        var store = new FakeHost();
        var rules = Rules with { NotQuiet = each.Moving };
        var evidence = await IntegrityCheck.ReadAsync(each.Sources, rules, default);
        var classes = IntegrityClasses.Of(evidence, rules);
        return await TextOfAsync(store, await new ClassFiles(store).AddAsync("d", IntegrityJudge.Judge(evidence, classes, rules), classes, default));
    }

    private static async Task<string> MergedAsync(Case each)
    {
        var store = new FakeHost();
        var rules = Rules with { NotQuiet = each.Moving };
        var shares = Enumerable.Range(0, each.Shares).Select(share => new ShareFiles(store, "d", share)).ToList();
        foreach (var (index, share) in shares.Index())
        {
            var evidence = await IntegrityCheck.ReadAsync(each.Sources, rules, new(index, each.Shares), long.MaxValue, default);
            await share.WriteAsync(evidence!, rules, default);
        }

        var merge = await ShareMerge.ReadAsync(shares, rules, default);
        return await TextOfAsync(store, await merge.ResultAsync(new(store), "d", default));
    }

    private static async Task<string> TextOfAsync(FakeHost store, IntegrityResult result)
    {
        var text = new StringBuilder(JsonSerializer.Serialize(result, DrillJson.Options));
        foreach (var file in result.Classes.Values.Select(ids => ids.File).OfType<string>())
        {
            text.AppendLine().AppendLine(file).AppendJoin('\n', await store.ReadLinesAsync("d", file, default).ToListAsync());
        }

        return text.ToString();
    }
}
