using System.Globalization;
using System.Text;

namespace DurableDrill.Adapters.Processes;

/// <summary>A process that no other can be mistaken for: pids are used again, this is not.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks since the machine did: field 22 of <c>/proc/PID/stat</c>.</param>
/// <param name="BootId">Which start of the machine that counts from.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    /// <summary>The process that asks.</summary>
    public static ProcessIdentity Current { get; } = ProcessTable.Read(Environment.ProcessId)!.Identity;

    /// <summary>Whether this very process still lives; a pid that was given to another does not count, nor does a dead one that nobody reaped.</summary>
    public bool IsAlive() => ProcessTable.Find(this) is not null;

    /// <inheritdoc/>
    public override string ToString() => $"pid {Pid}, started at tick {StartTicks}";
}

/// <summary>A line of the system's process table.</summary>
/// <param name="Identity">Which process.</param>
/// <param name="State">The kernel's letter: R, S, D, T (frozen), Z (dead, not yet reaped).</param>
/// <param name="Parent">Its parent's pid.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
internal sealed record ProcessEntry(ProcessIdentity Identity, char State, int Parent, int Group, int Session)
{
    public int Pid => Identity.Pid;

    /// <summary>Somebody who was told to reap it may not have, or there may be nobody who does (pid 1 of a container): that is no life.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    public bool IsFrozen => State is 'T' or 't';
}

/// <summary>Reads <c>/proc</c>.</summary>
internal static class ProcessTable
{
    private static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>The process of this pid; null when there is none.</summary>
    public static ProcessEntry? Read(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name stands in brackets and may hold anything, brackets and blanks too.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new(new(pid, long.Parse(fields[19], CultureInfo.InvariantCulture), Boot.Value), fields[0][0],
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                int.Parse(fields[2], CultureInfo.InvariantCulture),
                int.Parse(fields[3], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>This very process, if it is still there (dead ones that nobody reaped are not).</summary>
    public static ProcessEntry? Find(ProcessIdentity identity) =>
        Read(identity.Pid) is { IsAlive: true } entry && entry.Identity == identity ? entry : null;

    /// <summary>All living processes.</summary>
    public static List<ProcessEntry> ReadAll()
    {
        var all = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { IsAlive: true } entry)
            {
                all.Add(entry);
            }
        }

        return all;
    }

    /// <summary>Whether the process was started with all of these settings ("NAME=VALUE") in its environment.</summary>
    public static bool HasEnvironment(int pid, params ReadOnlySpan<string> settings)
    {
        try
        {
            var environment = "\0" + Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ")) + "\0";
            foreach (var setting in settings)
            {
                if (!environment.Contains($"\0{setting}\0", StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
