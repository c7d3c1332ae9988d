using System.Text.Json;

namespace DurableDrill.Local.Runtime;

/// <summary>A history cannot be read, or cannot be written. The message names the file.</summary>
internal sealed class HistoryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a history file held when it was read.</summary>
/// <param name="Events">Its whole lines; the first is <see cref="Started"/>.</param>
/// <param name="Length">Where the whole lines end, in bytes.</param>
/// <param name="Torn">How many bytes of a last line without an end follow: a write that a crash cut short.</param>
internal sealed record HistoryContent(IReadOnlyList<HistoryEvent> Events, long Length, int Torn)
{
    public Started Started => (Started)Events[0];
}

/// <summary>An instance's history as JSON Lines. One writer (the owner of the instance), any number of readers in any process.</summary>
internal sealed class HistoryFile
{
    private readonly IHistoryDisk disk;
    private long length;
    private int count;

    private HistoryFile(string path, IHistoryDisk disk) => (Path, this.disk) = (path, disk);

    public string Path { get; }

    /// <summary>The time of the last event.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>Begins a history, or a generation of it in place of the last one.</summary>
    public static (HistoryFile File, HistoryContent Content) Begin(string path, Started started, IHistoryDisk disk)
    {
        var file = new HistoryFile(path, disk);
        var stamped = started with { N = 1 };
        var line = HistoryLine.Write(stamped);
        try
        {
            disk.Replace(path, line);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw file.Unwritable(error);
        }

        (file.length, file.count, file.LastAt) = (line.Length, 1, stamped.At);
        return (file, new([stamped], line.Length, 0));
    }

    /// <summary>Goes on with a history; what a crash left of a last line is cut off.</summary>
    public static HistoryFile Continue(string path, HistoryContent content, IHistoryDisk disk)
    {
        if (content.Torn > 0)
        {
            disk.Truncate(path, content.Length);
        }

        return new HistoryFile(path, disk) { length = content.Length, count = content.Events.Count, LastAt = content.Events[^1].At };
    }

    /// <summary>Reads a history without changing it.</summary>
    /// <exception cref="HistoryException">A line that is not the torn last one is no event, or is missing.</exception>
    public static HistoryContent Read(string path)
    {
        byte[] bytes;
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var buffer = new MemoryStream())
        {
            stream.CopyTo(buffer);
            bytes = buffer.ToArray();
        }

        List<HistoryEvent> events = [];
        var start = 0;
        for (int size; (size = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += size + 1)
        {
            events.Add(Parse(bytes.AsSpan(start, size), path, events.Count + 1));
        }

        return events is [Started, ..]
            ? new(events, start, bytes.Length - start)
            : throw new HistoryException($"{path}, line 1: a history begins with the event 'started'; the file is {(events.Count == 0 ? "empty" : "damaged")}.");
    }

    /// <summary>Adds events; they are on the disk when this returns.</summary>
    /// <returns>The events with their numbers and times.</returns>
    /// <exception cref="HistoryException">The disk is full or broken. The history is as it was.</exception>
    public IReadOnlyList<HistoryEvent> Append(DateTimeOffset at, IEnumerable<HistoryEvent> events)
    {
        HistoryEvent[] stamped = [.. events.Select((each, index) => each with { N = count + index + 1, At = at })];
        byte[] lines = [.. stamped.SelectMany(HistoryLine.Write)];
        if (lines.Length == 0)
        {
            return stamped;
        }

        try
        {
            disk.Append(Path, lines);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            CutOff();
            throw Unwritable(error);
        }

        (length, count, LastAt) = (length + lines.Length, count + stamped.Length, at);
        return stamped;
    }

    private static HistoryEvent Parse(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            var parsed = HistoryLine.Read(line);
            return parsed.N == number
                ? parsed
                : throw new HistoryException($"{path}, line {number}: the event's number is {parsed.N}; lines are missing or doubled.");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new HistoryException($"{path}, line {number}: no event of a history ({error.Message})", error);
        }
    }

    private void CutOff()
    {
        try
        {
            disk.Truncate(Path, length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next reader cuts the torn line off just as well.
        }
    }

    private HistoryException Unwritable(Exception error) =>
        new($"{Path} cannot be written ({error.Message}). The instance stands still; nothing is lost, and it goes on when it is resumed.", error);
}
