namespace DurableDrill.Local.Runtime;

/// <summary>The open timers of one instance. Overdue ones fire one after the other, in the order of their times, then of their ids.</summary>
/// <param name="time">The clock.</param>
/// <param name="fire">Told the id of a timer whose time has come.</param>
internal sealed class TimerQueue(TimeProvider time, Action<int> fire) : IDisposable
{
    // Timers run on the monotonic clock and are due by the wall clock: one looks at both again at least this often.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);
    private readonly Lock gate = new();
    private readonly SortedSet<(DateTimeOffset At, int Id)> due = [];
    private ITimer? timer;
    private bool disposed;

    public void Add(TimerCreated created)
    {
        lock (gate)
        {
            due.Add((created.FireAt, created.Id));
            Arm();
        }
    }

    public void Remove(int id)
    {
        lock (gate)
        {
            due.RemoveWhere(each => each.Id == id);
            Arm();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            timer?.Dispose();
        }
    }

    private void Arm()
    {
        if (disposed)
        {
            return;
        }

        timer ??= time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var wait = due.Count == 0 ? Timeout.InfiniteTimeSpan : due.Min.At - time.GetUtcNow();
        timer.Change(
            due.Count == 0 ? wait : wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestSleep ? RoundUp(wait) : LongestSleep,
            Timeout.InfiniteTimeSpan);
    }

    // The system's timers count whole milliseconds; rounding down would wake just before the time.
    private static TimeSpan RoundUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private void OnTime()
    {
        int? fired = null;
        lock (gate)
        {
            if (!disposed && due.Count > 0 && due.Min.At <= time.GetUtcNow())
            {
                fired = due.Min.Id;
                due.Remove(due.Min);
            }

            Arm();
        }

        if (fired is { } id)
        {
            fire(id);
        }
    }
}
