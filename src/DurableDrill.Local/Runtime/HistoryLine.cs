using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableDrill.Local.Runtime;

/// <summary>One event as one line of JSON.</summary>
internal static class HistoryLine
{
    // A field that is missing is damage, so a null is written down.
    private static readonly JsonSerializerOptions Options = new(DrillJson.Options)
    {
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static byte[] Write(HistoryEvent line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, Options), (byte)'\n'];

    /// <exception cref="JsonException">The line is no event.</exception>
    public static HistoryEvent Read(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize<HistoryEvent>(line, Options) ?? throw new JsonException("null is no event");

    /// <summary>The event as text, without the number and the time of its line: what two events must have in common to be the same.</summary>
    public static string Essence(HistoryEvent line)
    {
        // Stack traces name lines of code, which move without a change in behaviour.
        var comparable = line is Failed failed ? failed with { Failure = failed.Failure with { Details = null } } : line;
        var json = JsonSerializer.SerializeToNode(comparable, Options)!.AsObject();
        json.Remove("n");
        json.Remove("at");
        return json.ToJsonString(Options);
    }

    /// <summary>How long a value is as JSON, in bytes of UTF-8.</summary>
    public static int BytesOf(JsonElement value) => JsonSerializer.SerializeToUtf8Bytes(value, Options).Length;
}
