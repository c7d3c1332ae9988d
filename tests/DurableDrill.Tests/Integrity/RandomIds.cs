using DurableDrill.Integrity;
using FsCheck;
using FsCheck.Fluent;
using Outcome = DurableDrill.Integrity.Outcome;

namespace DurableDrill.Tests.Integrity;

/// <summary>Ids of every shape, from a small stock, so that they repeat and come close to one another.</summary>
internal static class RandomIds
{
    public static Gen<string> Id { get; } = Gen.Frequency(
        (4, from number in Gen.Choose(0, 40) select $"p1-{number:D12}"),
        (2, from number in Gen.Choose(90, 110) select $"p2-{number}"),
        (2, from number in Gen.Choose(0, 20) from width in Gen.Choose(1, 4) select number.ToString().PadLeft(width, '0')),
        (1, from number in Gen.Choose(65530, 65545) select $"{number}"),
        (1, from number in Gen.Choose(0, 9) select $"1844674407370955161{number}"),
        (2, from number in Gen.Choose(0, 9) select $"550e8400-e29b-41d4-a716-44665544000{number}"),
        (1, from number in Gen.Choose(0, 9) select $"550E8400-E29B-41D4-A716-44665544000{number}"),
        (1, Gen.Elements("", "é", "e\u0301", "a", "A", "a ", "p1-", "\u0663", "order/7/a")));

    /// <summary>What a source may say of such ids: anything, within ten seconds of a moment.</summary>
    public static Gen<IdRecord> Records(Gen<string> ids, DateTimeOffset since) =>
        from id in ids
        from outcome in Gen.Elements(Enum.GetValues<Outcome>())
        from writes in Gen.Choose(1, 2)
        from content in Gen.Choose(1, 2)
        from at in Gen.Choose(0, 10)
        select new IdRecord(id, outcome, writes, (ulong)content, since.AddSeconds(at));
}
