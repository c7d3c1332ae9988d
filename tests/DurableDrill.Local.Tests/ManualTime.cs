namespace DurableDrill.Local.Tests;

/// <summary>A clock that moves when told. Timers fire one at a time, on the caller's thread, in the order of their times.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start;
    private long created;

    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer that is due by <paramref name="limit"/> and fires it; false, and no move, when there is none.</summary>
    public bool FireNext(DateTimeOffset? limit = null)
    {
        ManualTimer? next;
        lock (gate)
        {
            next = timers.OrderBy(timer => timer.Due).ThenBy(timer => timer.Order).FirstOrDefault(timer => timer.Due <= (limit ?? DateTimeOffset.MaxValue));
            if (next is null)
            {
                return false;
            }

            now = next.Due > now ? next.Due : now;
            next.Rearm();
        }

        next.Fire();
        return true;
    }

    /// <summary>Moves to an instant; what was due before then is left to <see cref="FireNext"/>.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        lock (gate)
        {
            now = instant > now ? instant : now;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; }

        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                period = newPeriod;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    (Due, Order) = (time.now + dueTime, ++time.created);
                    time.timers.Add(this);
                }
            }

            return true;
        }

        public void Rearm() => Change(period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan, period);

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
