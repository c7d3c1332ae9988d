using System.Globalization;
using System.Runtime.InteropServices;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>The processors that a process may use.</summary>
internal static class CpuAffinity
{
    private const int MaskBytes = 128;
    private const int NoSuchProcess = 3;

    /// <summary>The processors of a process's first thread, in order.</summary>
    /// <exception cref="TargetException">The process is gone, or not ours to look at.</exception>
    public static IReadOnlyList<int> Read(int pid)
    {
        var mask = new byte[MaskBytes];
        return GetAffinity(pid, MaskBytes, mask) == 0
            ? [.. Enumerable.Range(0, MaskBytes * 8).Where(number => (mask[number / 8] & (1 << (number % 8))) != 0)]
            : throw Failed("sched_getaffinity", pid);
    }

    /// <summary>Ties every thread of a process, and what it will start, to these processors.</summary>
    /// <exception cref="TargetException">It is not allowed.</exception>
    public static void Set(ProcessEntry process, IReadOnlyList<int> processors)
    {
        var mask = new byte[MaskBytes];
        foreach (var number in processors)
        {
            mask[number / 8] |= (byte)(1 << (number % 8));
        }

        // A thread started meanwhile by one that is not tied yet would be missed by one look.
        var done = new HashSet<int>();
        while (ProcessTable.Find(process.Identity) is not null && Threads(process.Pid).Where(done.Add).ToList() is { Count: > 0 } threads)
        {
            foreach (var thread in threads)
            {
                if (SetAffinity(thread, MaskBytes, mask) != 0 && Marshal.GetLastPInvokeError() != NoSuchProcess)
                {
                    throw Failed("sched_setaffinity", thread);
                }
            }
        }
    }

    private static IEnumerable<int> Threads(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task")
                .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static TargetException Failed(string call, int id) => new($"{call}({id}): {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static extern int GetAffinity(int pid, nint size, byte[] mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static extern int SetAffinity(int pid, nint size, byte[] mask);
}
