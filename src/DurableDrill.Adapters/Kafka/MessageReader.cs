using System.Text.Json;
using Confluent.Kafka;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Kafka;

/// <summary>Turns a message into a record.</summary>
internal sealed class MessageReader(MessageField id, IReadOnlyList<MessageField> content, bool timestamps)
{
    private readonly bool needsJson = id.NeedsJson || content.Any(field => field.NeedsJson);

    /// <summary>The record of a message.</summary>
    /// <exception cref="IdSourceException">It has no id where there should be one, or its value is no JSON.</exception>
    public IdRecord Read(ConsumeResult<byte[], byte[]> consumed)
    {
        var message = consumed.Message;
        using var json = needsJson ? Parse(consumed) : null;
        var root = json?.RootElement ?? default;
        var text = id.Read(message, root) ?? throw new IdSourceException($"{consumed.TopicPartitionOffset} has no {id}, which should hold its id");
        return new(
            text,
            Content: content.Count == 0 ? null : ContentHash.Of([.. content.Select(field => field.Read(message, root) ?? "")]),
            At: timestamps && message.Timestamp.Type != TimestampType.NotAvailable
                ? DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp.UnixTimestampMs)
                : null);
    }

    private static JsonDocument Parse(ConsumeResult<byte[], byte[]> consumed)
    {
        try
        {
            return JsonDocument.Parse(consumed.Message.Value ?? Array.Empty<byte>());
        }
        catch (JsonException error)
        {
            throw new IdSourceException($"{consumed.TopicPartitionOffset} is not JSON: {error.Message}", error);
        }
    }
}
