using System.Globalization;
using DurableDrill.Adapters.Files;

namespace DurableDrill.Local.Watchdog;

/// <summary>What the watchdog does: it sweeps at every ticket's time and every half second, until nothing is left to watch.</summary>
internal sealed class WatchdogLoop(WatchdogProcess watchdog, Caretaker caretaker, TimeProvider time, TextWriter log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private HashSet<string> said = [];

    /// <summary>Watches; false when another one does already.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        if (await watchdog.TryBecomeAsync(cancellation) is not { } place)
        {
            return false;
        }

        Say($"watching, pid {Environment.ProcessId}");
        var pause = LookEvery;
        do
        {
            var report = await SweepAsync(cancellation);
            // What failed is tried again, ever more slowly, for as long as its ticket is open.
            pause = report is null || report.Acts.Any(act => act.Error is not null) ? Shorter(pause * 2, LongestPause) : LookEvery;
            if (report is { Waiting: false } && await EndAsync(place, cancellation))
            {
                Say("nothing is left to watch");
                return true;
            }

            await Task.Delay(Shorter(pause, UntilDue(report)), time, cancellation);
        }
        while (true);
    }

    private async Task<bool> EndAsync(FileLock place, CancellationToken cancellation)
    {
        // Whoever passes the gate after us finds the place free and starts another watchdog.
        using var gate = await watchdog.EnterGateAsync(cancellation);
        if (await SweepAsync(cancellation) is not { Waiting: false })
        {
            return false;
        }

        watchdog.Resign(place);
        return true;
    }

    private async Task<CareReport?> SweepAsync(CancellationToken cancellation)
    {
        try
        {
            var report = await caretaker.SweepAsync("watchdog", new Progress(Say), cancellation);
            var lines = report.Lines.ToHashSet();
            foreach (var line in lines.Where(line => !said.Contains(line)))
            {
                Say(line);
            }

            said = lines;
            return report;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever it is, a watchdog that dies of it watches nothing.
            Say($"unexpected: {error}");
            return null;
        }
    }

    private TimeSpan UntilDue(CareReport? report)
    {
        var next = report?.Acts.Where(act => act.Ticket.RevertBy > time.GetUtcNow()).Select(act => act.Ticket.RevertBy - time.GetUtcNow());
        return next is null ? LongestPause : next.DefaultIfEmpty(LongestPause).Min();
    }

    private void Say(string line)
    {
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():O} {line}"));
        log.Flush();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class Progress(Action<string> say) : IProgress<string>
    {
        public void Report(string value) => say(value);
    }
}
