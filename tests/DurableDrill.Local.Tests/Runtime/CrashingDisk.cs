using DurableDrill.Local.Runtime;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>
/// A disk that ends the process, as far as histories can tell, right after a given number of events: what was to follow in the same write is
/// lost, torn in the middle of a line if so wished, and nothing is written any more.
/// </summary>
internal sealed class CrashingDisk(int eventsUntilCrash, bool tear = false) : IHistoryDisk
{
    private readonly Lock gate = new();
    private int left = eventsUntilCrash;

    public bool Crashed { get; private set; }

    /// <summary>How many events were written.</summary>
    public int Written { get; private set; }

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        lock (gate)
        {
            Check();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
            Count(1);
        }
    }

    public void Append(string path, ReadOnlySpan<byte> lines)
    {
        lock (gate)
        {
            Check();
            var (end, count) = (0, 0);
            while (end < lines.Length && count < left)
            {
                end += lines[end..].IndexOf((byte)'\n') + 1;
                count++;
            }

            using var file = new FileStream(path, FileMode.Append);
            file.Write(lines[..end]);
            if (tear && end < lines.Length)
            {
                var next = lines[end..].IndexOf((byte)'\n');
                file.Write(lines.Slice(end, next / 2));
            }

            Count(count);
        }
    }

    public void Truncate(string path, long length)
    {
        lock (gate)
        {
            Check();
            using var file = new FileStream(path, FileMode.Open);
            file.SetLength(length);
        }
    }

    private void Check()
    {
        if (Crashed)
        {
            throw new IOException("The process has crashed.");
        }
    }

    private void Count(int events)
    {
        Written += events;
        left -= events;
        if (left <= 0)
        {
            Crashed = true;
            Check();
        }
    }
}
