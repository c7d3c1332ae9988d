using System.Globalization;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>Sequence ids as text.</summary>
internal static class SequenceText
{
    /// <summary>How many digits a line ends with, at most <see cref="FamilyId.MaxDigits"/>.</summary>
    public static int DigitsOf(ReadOnlySpan<byte> line)
    {
        var digits = 0;
        while (digits < FamilyId.MaxDigits && digits < line.Length && char.IsAsciiDigit((char)line[^(digits + 1)]))
        {
            digits++;
        }

        return digits;
    }

    /// <summary>The number of some digits.</summary>
    public static ulong NumberOf(ReadOnlySpan<byte> digits)
    {
        var number = 0UL;
        foreach (var digit in digits)
        {
            number = number * 10 + (digit - (uint)'0');
        }

        return number;
    }

    /// <summary>The id of a family's number, each char a byte.</summary>
    public static string IdOf(FamilyId family, ulong number) =>
        family.Prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(family.Digits, '0');
}
