using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableDrill;

/// <summary>The one way in which this product writes and reads JSON: snake_case, enums by name, nulls left out.</summary>
public static class DrillJson
{
    /// <summary>Reports are files, not HTML: "é" and "+" stay readable.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>One line, for histories, tickets and samples.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>For people: reports and command output.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>The value as JSON.</summary>
    public static JsonElement ToElement<T>(T value) => JsonSerializer.SerializeToElement(value, Options);

    /// <summary>The value read back; a JSON null is the type's default.</summary>
    public static T FromElement<T>(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined ? default! : element.Deserialize<T>(Options)!;

    /// <summary>An enum's value as it stands in JSON.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static JsonSerializerOptions Create(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = Encoder,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = indented,
    };
}
