using System.Buffers.Binary;
using System.Globalization;

namespace DurableDrill.Integrity;

/// <summary>
/// An id, taken apart without loss, so that two ids are equal exactly when their texts are. Three shapes:
/// a UUID in lower case (16 bytes); a prefix with 1 to 18 digits after it ("p1-000000000042", "7", "007": the number of digits belongs
/// to the shape, so the last two differ); anything else, which stays text. Of more than 18 digits the first ones belong to the prefix.
/// </summary>
internal readonly ref struct IdKey
{
    /// <summary>More digits would not fit in 63 bits.</summary>
    public const int MaxDigits = 18;

    private const int UuidLength = 36;

    private IdKey(string text, int digits, ulong number, bool isUuid, UInt128 uuid)
    {
        Text = text;
        Digits = digits;
        Number = number;
        IsUuid = isUuid;
        Uuid = uuid;
    }

    public string Text { get; }

    /// <summary>How many digits the number has; 0: it is no sequence id.</summary>
    public int Digits { get; }

    public ulong Number { get; }

    public bool IsUuid { get; }

    public UInt128 Uuid { get; }

    public ReadOnlySpan<char> Prefix => Text.AsSpan(0, Text.Length - Digits);

    public static IdKey Parse(string text)
    {
        if (text.Length == UuidLength && IsCanonicalUuid(text) && Guid.TryParseExact(text, "D", out var uuid))
        {
            Span<byte> bytes = stackalloc byte[16];
            uuid.TryWriteBytes(bytes, bigEndian: true, out _);
            return new(text, 0, 0, true, BinaryPrimitives.ReadUInt128BigEndian(bytes));
        }

        var number = 0UL;
        var digits = 0;
        var scale = 1UL;
        for (var at = text.Length - 1; at >= 0 && digits < MaxDigits && char.IsAsciiDigit(text[at]); at--, digits++, scale *= 10)
        {
            number += (ulong)(text[at] - '0') * scale;
        }

        return new(text, digits, number, false, 0);
    }

    /// <summary>The sequence id of this shape.</summary>
    public static IdKey Of(string prefix, int digits, ulong number) =>
        Parse(prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'));

    public static string UuidText(UInt128 uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, uuid);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    private static bool IsCanonicalUuid(string text)
    {
        for (var at = 0; at < UuidLength; at++)
        {
            var expected = at is 8 or 13 or 18 or 23 ? text[at] == '-' : char.IsAsciiHexDigitLower(text[at]);
            if (!expected)
            {
                return false;
            }
        }

        return true;
    }
}
