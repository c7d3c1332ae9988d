using System.Text.Json;
using DurableDrill.Adapters.Files;

namespace DurableDrill.Local.Runtime;

/// <summary>A message to an instance: a signal, or the order to end.</summary>
internal sealed record InboxMessage(SignalMessage? Signal, string? Terminate);

/// <summary>
/// How anybody on this machine speaks to an instance, whoever runs it: one file for each message, whole or not there, in order of sending.
/// The owner takes a message by writing it to the history, and deletes the file after that.
/// </summary>
internal static class Inbox
{
    private static int counter;

    /// <summary>Leaves a message. It is durable when this returns.</summary>
    public static void Put(string inbox, InboxMessage message, TimeProvider time)
    {
        // The counter keeps the order of messages sent at one instant; the process keeps two senders apart.
        var name = $"{time.GetUtcNow().UtcTicks:D20}-{Interlocked.Increment(ref counter):D10}-{Environment.ProcessId}.json";
        AtomicFile.Write(Path.Combine(inbox, name), JsonSerializer.SerializeToUtf8Bytes(message, DrillJson.Options));
    }

    /// <summary>All messages not yet taken, oldest first.</summary>
    public static IReadOnlyList<(string Path, InboxMessage Message)> Read(string inbox)
    {
        if (!Directory.Exists(inbox))
        {
            return [];
        }

        List<(string, InboxMessage)> messages = [];
        foreach (var path in Directory.GetFiles(inbox, "*.json").Order(StringComparer.Ordinal))
        {
            if (TryRead(path) is { } message)
            {
                messages.Add((path, message));
            }
        }

        return messages;
    }

    /// <summary>Throws away what nobody will take any more.</summary>
    public static void Clear(string inbox)
    {
        foreach (var (path, _) in Read(inbox))
        {
            AtomicFile.Delete(path);
        }
    }

    private static InboxMessage? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<InboxMessage>(File.ReadAllBytes(path), DrillJson.Options);
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException)
        {
            // Taken meanwhile, or not written by us: files appear here whole.
            return null;
        }
    }
}
