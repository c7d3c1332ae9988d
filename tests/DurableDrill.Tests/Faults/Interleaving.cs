namespace DurableDrill.Tests.Faults;

/// <summary>
/// Runs actors over a <see cref="FaultWorld"/>, one call of a port at a time, in the order that <paramref name="choose"/> says: it is given how
/// many actors can go on (first the one that went last) and how many can crash, and returns one of these options.
/// </summary>
internal sealed class Interleaving(FaultWorld world, Func<int, int, int> choose)
{
    private readonly List<Actor> actors = [];
    private string[] alone = [];
    private Actor? current;

    /// <summary>How often an actor may be interrupted before it has ended. Default: always.</summary>
    public int Interruptions { get; set; } = int.MaxValue;

    /// <summary>Names calls that touch nothing another actor sees: to put them in every order too would show nothing more.</summary>
    public void Alone(params string[] calls) => alone = calls;

    /// <summary>Adds an actor; one that may crash can be stopped for ever between any two of its calls.</summary>
    public Actor Add(string name, bool mayCrash, Func<Task> body)
    {
        var actor = new Actor(name, mayCrash, body);
        actors.Add(actor);
        return actor;
    }

    /// <summary>Goes on until every actor has ended or crashed.</summary>
    public void Run()
    {
        // Continuations must run inside SetResult, not wherever a test framework posts them.
        SynchronizationContext.SetSynchronizationContext(null);
        world.Turn = WaitAsync;
        while (actors.Any(actor => !actor.Ended))
        {
            var (next, crash) = Choose();
            if (current is { Ended: false } && (next != current || crash))
            {
                Interruptions--;
            }

            current = next;
            if (crash)
            {
                next.Crashed = true;
            }
            else
            {
                next.Step();
            }
        }

        world.Turn = _ => Task.CompletedTask;
    }

    private (Actor Actor, bool Crash) Choose()
    {
        if (Interruptions <= 0 && current is { Ended: false })
        {
            return (current, false);
        }

        var goOn = actors.Where(actor => !actor.Ended).OrderByDescending(actor => actor == current).ToList();
        var crash = goOn.Where(actor => actor is { MayCrash: true, Started: true }).ToList();
        var option = goOn.Count + crash.Count == 1 ? 0 : choose(goOn.Count, crash.Count);
        return option < goOn.Count ? (goOn[option], false) : (crash[option - goOn.Count], true);
    }

    private Task WaitAsync(string call) => alone.Contains(call) ? Task.CompletedTask : current!.WaitAsync();

    internal sealed class Actor(string name, bool mayCrash, Func<Task> body)
    {
        private TaskCompletionSource? gate;
        private Task? task;

        public bool MayCrash => mayCrash;

        public bool Crashed { get; set; }

        public bool Started => task is not null;

        public bool Ended => Crashed || task is { IsCompleted: true };

        /// <summary>How it ended; null: well, or not at all.</summary>
        public Exception? Error => task?.Exception?.InnerException;

        public void Step()
        {
            if (task is null)
            {
                task = body();
                return;
            }

            var open = gate!;
            gate = null;
            open.SetResult();
            Assert.True(task.IsCompleted || gate is not null, $"{name} waits for something that is no call of a port");
        }

        public Task WaitAsync() => (gate = new()).Task;
    }
}
