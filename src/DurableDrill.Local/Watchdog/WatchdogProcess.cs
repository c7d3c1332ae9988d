using System.Text.Json;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Local.Watchdog;

/// <summary>
/// The watchdog of a home folder: at most one detached process, which holds a lock and writes down who it is. It is in a session of its
/// own, so that neither a kill of the drill's process group nor a closed terminal reaches it.
/// <para>
/// It ends when it finds nothing to watch, so there is a gate: whoever needs it has written what there is to watch, then passes the gate
/// to look whether it is there; it takes its last look behind the same gate.
/// </para>
/// </summary>
internal sealed class WatchdogProcess(string home) : IWatchdog
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly string folder = Path.Combine(home, "watchdog");

    private string IdentityPath => Path.Combine(folder, "process.json");

    /// <summary>What it says.</summary>
    public string LogPath => Path.Combine(folder, "watchdog.log");

    public async Task EnsureRunningAsync(CancellationToken cancellation)
    {
        using var gate = await EnterGateAsync(cancellation);
        if (IsRunning())
        {
            return;
        }

        var process = await DetachedProcess.StartAsync(
            [.. Self(), "watchdog", "--home", home], home, LogPath, new Dictionary<string, string?>(), cancellation);
        var waited = TimeSpan.Zero;
        while (!IsRunning())
        {
            if (waited > StartPatience || !process.IsAlive())
            {
                throw new TargetException($"The watchdog did not start, so nothing may be injured. {LogTail.Of(LogPath)}");
            }

            await Task.Delay(LookEvery, cancellation);
            waited += LookEvery;
        }
    }

    /// <summary>Whether it is there now.</summary>
    public bool IsRunning()
    {
        try
        {
            return JsonSerializer.Deserialize<ProcessIdentity>(File.ReadAllText(IdentityPath), DrillJson.Options)?.IsAlive() == true;
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return false;
        }
    }

    /// <summary>Waits until it has ended, which it does by itself when nothing is left to watch; false when it has not in time.</summary>
    public async Task<bool> WaitForEndAsync(TimeSpan patience, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; IsRunning(); waited += LookEvery)
        {
            if (waited > patience)
            {
                return false;
            }

            await Task.Delay(LookEvery, cancellation);
        }

        return true;
    }

    /// <summary>Becomes the watchdog until the result is handed to <see cref="Resign"/>; null when there is one.</summary>
    public async Task<FileLock?> TryBecomeAsync(CancellationToken cancellation)
    {
        var place = FileLock.TryAcquire(Path.Combine(folder, "lock"));
        if (place is not null)
        {
            await AtomicFile.WriteAsync(IdentityPath, JsonSerializer.Serialize(ProcessIdentity.Current, DrillJson.Options), cancellation);
        }

        return place;
    }

    /// <summary>Is the watchdog no longer. Called behind the gate, or somebody could count on one that is about to go.</summary>
    public void Resign(FileLock place)
    {
        AtomicFile.Delete(IdentityPath);
        place.Dispose();
    }

    public Task<FileLock> EnterGateAsync(CancellationToken cancellation) =>
        FileLock.AcquireAsync(Path.Combine(folder, "gate"), StartPatience + StartPatience, cancellation);

    /// <summary>How this program is started again: by its own launcher, or (in a test, or "dotnet drill.dll") by dotnet.</summary>
    private static IEnumerable<string> Self()
    {
        var program = Environment.ProcessPath ?? "dotnet";
        var assembly = typeof(WatchdogProcess).Assembly;
        return Path.GetFileNameWithoutExtension(program) == assembly.GetName().Name
            ? [program]
            : [Path.GetFileNameWithoutExtension(program) == "dotnet" ? program : "dotnet", assembly.Location];
    }
}
