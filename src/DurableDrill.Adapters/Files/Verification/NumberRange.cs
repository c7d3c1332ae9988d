using System.Globalization;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>Numbers of a family that are written with the same number of digits.</summary>
/// <param name="Family">The family.</param>
/// <param name="From">The first number.</param>
/// <param name="To">The last number.</param>
/// <param name="Digits">At least so many digits.</param>
internal readonly record struct NumberRange(FamilyId Family, ulong From, ulong To, int Digits)
{
    /// <summary>
    /// The families in the order of their ids. Where a prefix has padded numbers, its natural ones come between them, by their lengths, so that 099 and 100 meet.
    /// </summary>
    public static IEnumerable<NumberRange> Of(IEnumerable<FamilyId> families)
    {
        foreach (var prefix in families.GroupBy(family => family.Prefix))
        {
            var padded = prefix.Where(family => family.Digits > 0).ToDictionary(family => family.Digits);
            var natural = prefix.FirstOrDefault(family => family.Digits == 0);
            if (padded.Count == 0)
            {
                yield return new(natural!, 0, ulong.MaxValue, 1);
                continue;
            }

            var power = 1UL;
            for (var digits = 1; digits <= FamilyId.MaxDigits; digits++, power *= 10)
            {
                if (padded.TryGetValue(digits, out var family))
                {
                    yield return new(family, 0, power - 1, digits);
                }

                if (natural is not null)
                {
                    yield return new(natural, digits == 1 ? 0 : power, power * 10 - 1, digits);
                }
            }
        }
    }
}

/// <summary>Consecutive ids.</summary>
internal readonly record struct NumberRun(string Prefix, ulong First, ulong Last, int FirstDigits, int LastDigits)
{
    /// <summary>Whether the other one begins where this one ends: the next number, with as many digits, or with one more where that is the shortest (9, 10).</summary>
    public bool GoesOnIn(in NumberRun next) =>
        next.First == Last + 1 && next.Prefix == Prefix
        && (next.FirstDigits == LastDigits || (next.FirstDigits == LastDigits + 1 && IdText(next.First, 1).Length == IdText(next.First, next.FirstDigits).Length));

    public IdInterval ToInterval() => new(
        Comparison.Readable(IdText(First, FirstDigits)), Comparison.Readable(IdText(Last, LastDigits)), (long)(Last - First + 1));

    private string IdText(ulong number, int digits) => Prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
}
