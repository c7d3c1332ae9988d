using System.Diagnostics;

namespace DurableDrill.Adapters.Files;

/// <summary>
/// A lock between processes of one machine, and between callers in one process: an exclusive lock on a file, which the system takes
/// away from a holder that dies. The file stays there; its content means nothing.
/// </summary>
public sealed class FileLock : IDisposable
{
    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock file; it is made, with its folder, when it is not there.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="IOException">Somebody else has had it all the time, or the file cannot be made.</exception>
    public static async Task<FileLock> AcquireAsync(string path, TimeSpan patience, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryAcquire(path) is { } taken)
            {
                return taken;
            }

            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new IOException($"{path} has been locked by another process for {patience.TotalSeconds:0} s.");
            }

            await Task.Delay(10, cancellation);
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
    public void Dispose() => stream.Dispose();
}
