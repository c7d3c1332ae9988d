using System.Text;
using System.Text.Json;

namespace DurableDrill.Api;

/// <summary>Makes responses.</summary>
internal static class Answers
{
    public static ApiResponse Json<T>(int status, T document) =>
        new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(document, DrillJson.Indented));

    public static ApiResponse Ok<T>(T document) => Json(200, document);

    public static ApiResponse Text(string contentType, string text) => new(200, contentType, Encoding.UTF8.GetBytes(text));

    public static ApiResponse Nothing { get; } = new(204, "", ReadOnlyMemory<byte>.Empty);
}
