using System.Collections.Concurrent;
using System.Diagnostics;

namespace DurableDrill.Adapters.Files;

/// <summary>
/// A lock between processes of one machine, and between callers in one process: an exclusive lock on a file, which the system takes
/// away from a holder that dies. The file stays there; its content means nothing.
/// </summary>
public sealed class FileLock : IDisposable
{
    /// <summary>Callers of this process stand in line here, one line for each file: only the first of them asks the system again and again.</summary>
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Lines = new();

    private readonly FileStream stream;
    private SemaphoreSlim? line;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock file; it is made, with its folder, when it is not there.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="IOException">Somebody else has had it all the time, or the file cannot be made.</exception>
    public static async Task<FileLock> AcquireAsync(string path, TimeSpan patience, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var line = Lines.GetOrAdd(Path.GetFullPath(path), _ => new(1));
        if (!await line.WaitAsync(patience, cancellation))
        {
            throw new IOException($"{path} has been locked for {patience.TotalSeconds:0} s by others in this process.");
        }

        try
        {
            while (true)
            {
                if (TryAcquire(path) is { } taken)
                {
                    taken.line = line;
                    return taken;
                }

                if (Stopwatch.GetElapsedTime(started) > patience)
                {
                    throw new IOException($"{path} has been locked by another process for {patience.TotalSeconds:0} s.");
                }

                await Task.Delay(10, cancellation);
            }
        }
        catch
        {
            line.Release();
            throw;
        }
    }

    /// <summary>Takes the lock if nobody has it; null otherwise.</summary>
    public static FileLock? TryAcquire(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            // FileShare.None is flock(LOCK_EX) here, for the open file rather than for the process.
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
            && File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Lets it go.</summary>
    public void Dispose()
    {
        stream.Dispose();
        Interlocked.Exchange(ref line, null)?.Release();
    }
}
