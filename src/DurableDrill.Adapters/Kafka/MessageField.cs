using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using DurableDrill.Adapters.Sources;

namespace DurableDrill.Adapters.Kafka;

/// <summary>A part of a message: key, value, header:NAME, or a JSON path of the value.</summary>
internal sealed class MessageField
{
    private readonly Func<Message<byte[], byte[]>, JsonElement, string?> read;
    private readonly string text;

    private MessageField(string text, bool needsJson, Func<Message<byte[], byte[]>, JsonElement, string?> read)
    {
        this.text = text;
        this.read = read;
        NeedsJson = needsJson;
    }

    /// <summary>Whether the value is parsed.</summary>
    public bool NeedsJson { get; }

    /// <summary>Reads an option; a mistake is reported there.</summary>
    public static MessageField Of(string text, string option, SourceOptions options)
    {
        if (text == "key")
        {
            return new(text, false, (message, _) => Utf8(message.Key));
        }

        if (text == "value")
        {
            return new(text, false, (message, _) => Utf8(message.Value));
        }

        if (text.StartsWith("header:", StringComparison.Ordinal))
        {
            var header = text["header:".Length..];
            return new(text, false, (message, _) => message.Headers.TryGetLastBytes(header, out var bytes) ? Utf8(bytes) : null);
        }

        var path = JsonPath.TryParse(text);
        if (path is null)
        {
            options.Wrong(option, $"is \"{text}\"; allowed: key, value, header:NAME, or a JSON path such as $.id");
        }

        return new(text, true, (_, root) => path?.FindText(root));
    }

    /// <summary>The field's text; null when the message has none.</summary>
    public string? Read(Message<byte[], byte[]> message, JsonElement value) => read(message, value);

    /// <inheritdoc/>
    public override string ToString() => text;

    private static string? Utf8(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
