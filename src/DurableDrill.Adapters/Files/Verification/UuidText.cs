using System.Buffers.Binary;

namespace DurableDrill.Adapters.Files.Verification;

/// <summary>UUIDs as text: 8-4-4-4-12 hexadecimal digits. Letters are all of one case, else two texts would be one number.</summary>
internal static class UuidText
{
    /// <summary>Characters.</summary>
    public const int Length = 36;

    /// <summary>Reads 36 bytes; false: they are no UUID, or of mixed case. Without letters it counts as lower case.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 uuid, out bool isUpper)
    {
        (uuid, isUpper) = (0, false);
        if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[32];
        text[..8].CopyTo(digits);
        text[9..13].CopyTo(digits[8..]);
        text[14..18].CopyTo(digits[12..]);
        text[19..23].CopyTo(digits[16..]);
        text[24..].CopyTo(digits[20..]);
        var hasUpper = digits.ContainsAnyInRange((byte)'A', (byte)'F');
        if (hasUpper && digits.ContainsAnyInRange((byte)'a', (byte)'f'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        if (Convert.FromHexString(digits, bytes, out _, out var written) != System.Buffers.OperationStatus.Done || written != 16)
        {
            return false;
        }

        isUpper = hasUpper;
        uuid = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>The text.</summary>
    public static string TextOf(UInt128 uuid, bool isUpper)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, uuid);
        var text = new Guid(bytes, bigEndian: true).ToString("D");
        return isUpper ? text.ToUpperInvariant() : text;
    }
}
