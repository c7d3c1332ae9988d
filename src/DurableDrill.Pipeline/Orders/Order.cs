using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DurableDrill.Pipeline.Orders;

/// <summary>One order of a shop.</summary>
/// <param name="Producer">Name of the producer that made it.</param>
/// <param name="Sequence">Its number at that producer, 1 or more.</param>
/// <param name="CreatedAt">UTC, to the microsecond.</param>
/// <param name="Customer">"c-00017".</param>
/// <param name="Product">As on the price list.</param>
/// <param name="Quantity">1 or more.</param>
/// <param name="Price">Of one piece, USD, two decimals.</param>
internal sealed record Order(string Producer, long Sequence, DateTimeOffset CreatedAt, string Customer, string Product, int Quantity, decimal Price)
{
    /// <summary>Unique over all orders: "p1-000000000042".</summary>
    public string Id { get; } = OrderId.Format(Producer, Sequence);

    /// <summary>Quantity times price.</summary>
    public decimal Value => Quantity * Price;

    /// <summary>high, medium or low, after <see cref="Value"/>.</summary>
    public string Category => Categories.Of(Value);

    /// <summary>The hash of docs/ledger-format.md: FNV-1a, 64 bits, of <c>id|customer|product|quantity|price</c> in UTF-8.</summary>
    public ulong Content => Fnv1a.Hash(string.Create(CultureInfo.InvariantCulture, $"{Id}|{Customer}|{Product}|{Quantity}|{Price:0.00}"));

    /// <summary>The message as JSON in UTF-8.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("producer", Producer);
        json.WriteNumber("seq", Sequence);
        json.WriteString("created_at", CreatedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
        json.WriteString("customer", Customer);
        json.WriteString("product", Product);
        json.WriteNumber("quantity", Quantity);
        json.WritePropertyName("price");
        json.WriteRawValue(Price.ToString("0.00", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">It is not an order; the message says what is wrong and begins with the text.</exception>
    public static Order FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var order = document.RootElement;
            return new(
                Text(order, "producer"),
                order.GetProperty("seq").GetInt64(),
                order.GetProperty("created_at").GetDateTimeOffset(),
                Text(order, "customer"),
                Text(order, "product"),
                order.GetProperty("quantity").GetInt32(),
                order.GetProperty("price").GetDecimal());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"Not an order ({error.Message}): {Encoding.UTF8.GetString(json[..Math.Min(json.Length, 200)])}", error);
        }
    }

    private static string Text(JsonElement order, string name) =>
        order.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
