using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>The processes that bear a run's id in their environment, whoever started them.</summary>
internal static class RunProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>All of them, or those that serve one fault ticket.</summary>
    public static List<ProcessEntry> Find(string run, string? ticket = null) => [.. ProcessTable.ReadAll().Where(entry => ticket is null
        ? ProcessTable.HasEnvironment(entry.Pid, $"{RunFolder.RunVariable}={run}")
        : ProcessTable.HasEnvironment(entry.Pid, $"{RunFolder.RunVariable}={run}", $"{RunFolder.TicketVariable}={ticket}"))];

    /// <summary>Kills them all.</summary>
    /// <exception cref="TargetException">One does not die.</exception>
    public static async Task KillAllAsync(string run, TimeProvider time, CancellationToken cancellation, string? ticket = null)
    {
        var started = time.GetTimestamp();
        while (Find(run, ticket) is { Count: > 0 } left)
        {
            if (time.GetElapsedTime(started) > Patience)
            {
                throw new TargetException($"Killed, but still there: {string.Join("; ", left.Select(entry => entry.Identity))}.");
            }

            left.ForEach(entry => PosixSignal.Send(entry.Identity, PosixSignal.Kill));
            await Task.Delay(LookEvery, time, cancellation);
        }
    }
}
