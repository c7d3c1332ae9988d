using DurableDrill.Adapters.Files;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// The right to run a tree of instances, held by one process at a time. The operating system gives it back when the process ends, however it ends.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly FileStream file;

    private InstanceLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock; null when another process (or another runtime of this one) holds it.</summary>
    public static InstanceLock? TryTake(string path)
    {
        DurableDirectory.Create(Path.GetDirectoryName(path)!);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            return new InstanceLock(file);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>The process that took the lock last; null when nobody ever did. It may have ended since.</summary>
    public static int? LastHolder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadLine(), out var process) ? process : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}
