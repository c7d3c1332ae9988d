using FsCheck;
using FsCheck.Fluent;

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
}
