using DurableDrill.Adapters.Files;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// The right to run a tree of instances, held by one process at a time. The operating system gives it back when the process ends, however it ends.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private const int Looks = 4;
    private readonly FileStream file;

    private InstanceLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock; null when another process (or another runtime of this one) holds it.</summary>
    public static InstanceLock? TryTake(string path)
    {
        DurableDirectory.Create(Path.GetDirectoryName(path)!);

        // Somebody's look (IsHeld) has the lock too, for a moment: a refusal counts when it stays.
        for (var look = 1; ; look++)
        {
            try
            {
                return new InstanceLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException) when (File.Exists(path))
            {
                if (look == Looks)
                {
                    return null;
                }

                Thread.Sleep(5);
            }
        }
    }

    /// <summary>Whether a process holds the lock now.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return false;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => file.Dispose();
}
