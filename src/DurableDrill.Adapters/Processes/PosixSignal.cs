using System.Runtime.InteropServices;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>Signals, by the numbers that Linux gives them on every architecture .NET runs on.</summary>
internal static class PosixSignal
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Freeze = 19;

    private const int NoSuchProcess = 3;

    private static readonly Dictionary<string, int> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SIGHUP"] = 1,
        ["SIGINT"] = 2,
        ["SIGQUIT"] = 3,
        ["SIGKILL"] = Kill,
        ["SIGUSR1"] = 10,
        ["SIGUSR2"] = 12,
        ["SIGTERM"] = 15,
    };

    /// <summary>The signals that a target file may name.</summary>
    public static IEnumerable<string> Names => Numbers.Keys;

    public static int? Parse(string name) => Numbers.TryGetValue(name, out var number) ? number : null;

    /// <summary>Sends a signal to a process, if it is still that process. One that is gone needs none.</summary>
    /// <exception cref="TargetException">The signal is not allowed.</exception>
    public static void Send(ProcessIdentity process, int signal)
    {
        if (ProcessTable.Find(process) is not null)
        {
            Send(process.Pid, signal);
        }
    }

    /// <summary>Sends a signal to the group that a process leads, if it is still that process.</summary>
    /// <exception cref="TargetException">The signal is not allowed.</exception>
    public static void SendToGroup(ProcessIdentity leader, int signal)
    {
        if (ProcessTable.Find(leader) is not null)
        {
            Send(-leader.Pid, signal);
        }
    }

    private static void Send(int pid, int signal)
    {
        if (SendSignal(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new TargetException($"kill({pid}, {signal}): {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int pid, int signal);
}
