using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;

namespace DurableDrill.Adapters.Cassandra;

/// <summary>Kinds of messages of Cassandra's native protocol, version 4 (cassandra.apache.org, native_protocol_v4.spec, section 2.4).</summary>
internal enum CqlOpcode : byte
{
    Error = 0x00,
    Startup = 0x01,
    Ready = 0x02,
    Authenticate = 0x03,
    Query = 0x07,
    Result = 0x08,
    AuthResponse = 0x0F,
    AuthSuccess = 0x10,
}

/// <summary>Writes the body of a request.</summary>
internal sealed class CqlWriter
{
    private readonly MemoryStream body = new();

    public ReadOnlyMemory<byte> Body => body.ToArray();

    public CqlWriter Byte(byte value)
    {
        body.WriteByte(value);
        return this;
    }

    public CqlWriter Short(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        body.Write(bytes);
        return this;
    }

    public CqlWriter Int(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        body.Write(bytes);
        return this;
    }

    public CqlWriter Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Short(bytes.Length);
        body.Write(bytes);
        return this;
    }

    public CqlWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        body.Write(value);
        return this;
    }
}

/// <summary>Reads the body of an answer.</summary>
internal ref struct CqlReader(ReadOnlySpan<byte> body)
{
    private const byte Traced = 0x02, HasPayload = 0x04, HasWarnings = 0x08;

    private ReadOnlySpan<byte> rest = body;

    /// <summary>The body itself, after what the frame's flags put in front of it: a node warns of a query that aggregates over partitions, or meets many tombstones.</summary>
    public static byte[] WithoutExtras(byte flags, byte[] answer)
    {
        var reader = new CqlReader(answer);
        if ((flags & Traced) != 0)
        {
            reader.Take(16);
        }

        if ((flags & HasWarnings) != 0)
        {
            for (var warnings = reader.Short(); warnings > 0; warnings--)
            {
                reader.Text();
            }
        }

        if ((flags & HasPayload) != 0)
        {
            for (var entries = reader.Short(); entries > 0; entries--)
            {
                reader.Text();
                reader.Bytes();
            }
        }

        return reader.rest.ToArray();
    }

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public int Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public string Text() => Encoding.UTF8.GetString(Take(Short()));

    /// <summary>A value with its length in front; null: there is none.</summary>
    public byte[]? Bytes() => Int() is var length && length < 0 ? null : Take(length).ToArray();

    /// <summary>The type of a column; of a collection the inner types are read over.</summary>
    public int Type()
    {
        var type = Short();
        switch (type)
        {
            case 0x00:
                Text();
                break;
            case 0x20 or 0x22: // list, set
                Type();
                break;
            case 0x21: // map
                Type();
                Type();
                break;
            case 0x30: // user-defined
                Text();
                Text();
                for (var fields = Short(); fields > 0; fields--)
                {
                    Text();
                    Type();
                }

                break;
            case 0x31: // tuple
                for (var parts = Short(); parts > 0; parts--)
                {
                    Type();
                }

                break;
        }

        return type;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > rest.Length)
        {
            throw new InvalidDataException($"the answer is cut short: {length} bytes are announced, {rest.Length} are there");
        }

        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}

/// <summary>A page of rows, each value as text.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">A value that is not there is null.</param>
/// <param name="Next">Where the next page begins; null: there is none.</param>
internal sealed record CqlPage(IReadOnlyList<string> Columns, IReadOnlyList<string?[]> Rows, byte[]? Next)
{
    private const int RowsKind = 2;
    private const int GlobalTable = 1, MorePages = 2, NoMetadata = 4;

    /// <summary>Reads a result; one without rows is an empty page.</summary>
    public static CqlPage Parse(ReadOnlySpan<byte> body)
    {
        var reader = new CqlReader(body);
        if (reader.Int() != RowsKind)
        {
            return new([], [], null);
        }

        var flags = reader.Int();
        var count = reader.Int();
        var next = (flags & MorePages) != 0 ? reader.Bytes() : null;
        if ((flags & NoMetadata) != 0)
        {
            throw new InvalidDataException("the answer does not describe its columns");
        }

        if ((flags & GlobalTable) != 0)
        {
            reader.Text();
            reader.Text();
        }

        var names = new string[count];
        var types = new int[count];
        for (var i = 0; i < count; i++)
        {
            if ((flags & GlobalTable) == 0)
            {
                reader.Text();
                reader.Text();
            }

            names[i] = reader.Text();
            types[i] = reader.Type();
        }

        var rows = new string?[reader.Int()][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new string?[count];
            for (var i = 0; i < count; i++)
            {
                rows[row][i] = reader.Bytes() is { } value ? TextOf(types[i], value) : null;
            }
        }

        return new(names, rows, next);
    }

    private static string TextOf(int type, byte[] value) => type switch
    {
        0x01 or 0x0D => Encoding.UTF8.GetString(value),
        0x02 or 0x05 => BinaryPrimitives.ReadInt64BigEndian(value).ToString(CultureInfo.InvariantCulture),
        0x04 => value[0] != 0 ? "true" : "false",
        0x06 => DecimalOf(value),
        0x07 => BinaryPrimitives.ReadDoubleBigEndian(value).ToString("R", CultureInfo.InvariantCulture),
        0x08 => BinaryPrimitives.ReadSingleBigEndian(value).ToString("R", CultureInfo.InvariantCulture),
        0x09 => BinaryPrimitives.ReadInt32BigEndian(value).ToString(CultureInfo.InvariantCulture),
        0x0B => DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(value)).ToString("O", CultureInfo.InvariantCulture),
        0x0C or 0x0F => new Guid(value, bigEndian: true).ToString(),
        0x0E => new BigInteger(value, isBigEndian: true).ToString(CultureInfo.InvariantCulture),
        0x10 => new IPAddress(value).ToString(),
        0x13 => BinaryPrimitives.ReadInt16BigEndian(value).ToString(CultureInfo.InvariantCulture),
        0x14 => ((sbyte)value[0]).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToHexStringLower(value),
    };

    private static string DecimalOf(byte[] value)
    {
        var scale = BinaryPrimitives.ReadInt32BigEndian(value);
        var digits = new BigInteger(value.AsSpan(4), isBigEndian: true).ToString(CultureInfo.InvariantCulture);
        if (scale <= 0)
        {
            return digits + new string('0', -scale);
        }

        var sign = digits.StartsWith('-') ? "-" : "";
        digits = digits.TrimStart('-').PadLeft(scale + 1, '0');
        return $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }
}
