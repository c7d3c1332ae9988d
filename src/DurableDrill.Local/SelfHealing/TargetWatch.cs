using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Processes;
using DurableDrill.Local.Hosting;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Watchdog;
using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Local.SelfHealing;

/// <summary>
/// Keeps the components of a target up, within the bounds of its policy (<see cref="WatchRules"/>), until it is ended or the target is taken down.
/// It looks, then reads the tickets, then acts: a drill writes its ticket before it injures, so that its work is never taken for a failure.
/// </summary>
internal sealed class TargetWatch(HomeFolder home, Caretaker caretaker, string name, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly RunFolder folder = home.RunOf(name);
    private readonly InstanceFolder instances = new(home.Instances);
    private readonly List<WatchRestart> restarts = [];
    private string? trouble;

    /// <summary>Watches.</summary>
    /// <param name="stop">Ends the watch; a restart under way is finished.</param>
    /// <param name="why">Says why, once it was ended so.</param>
    /// <exception cref="TargetException">Another watch is there, or the target is none that can be watched.</exception>
    public async Task<WatchReport> RunAsync(CancellationToken stop, Func<string> why)
    {
        var memory = new WatchMemory(folder);
        using var only = await OnlyAsync(stop);
        var started = time.GetUtcNow();
        WatchRules? rules = null;
        var ended = $"{name} was taken down";
        try
        {
            while (await folder.ReadAsync(stop) is { Phase: not RunPhase.Down } state)
            {
                // One that is made known anew, or brought up again, may be another one.
                rules = new WatchRules(state.Definition, rules?.Restarts ?? await memory.ReadAsync(stop));
                await WatchAsync(state, rules, memory, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ended = why();
        }

        return new(name, started, time.GetUtcNow(), ended, restarts, rules?.GivenUp ?? []);
    }

    /// <summary>A preflight that asks whether there is a watch has the lock for a moment.</summary>
    private async Task<FileLock> OnlyAsync(CancellationToken stop)
    {
        try
        {
            return await FileLock.AcquireAsync(folder.WatchLock, TimeSpan.FromSeconds(1), stop);
        }
        catch (IOException error)
        {
            throw new TargetException($"another drill watch looks after {name} already", error);
        }
    }

    /// <summary>Watches one run; returns when it is that no more.</summary>
    private async Task WatchAsync(RunState run, WatchRules rules, WatchMemory memory, CancellationToken stop)
    {
        await using var target = RunTargets.Open(folder, run, time) as IRestartable
            ?? throw new TargetException($"{name} is of carrier {run.Definition.Carrier}: there is no watch for it");
        await using var look = new HealthLook(run.Definition, target, time);
        for (var now = run; now is not null && (now.Run, now.Since) == (run.Run, run.Since) && now.Phase != RunPhase.Down; now = await folder.ReadAsync(stop))
        {
            if (now.Phase == RunPhase.Up)
            {
                await TryAsync(() => TurnAsync(target, look, rules, memory, stop), stop);
            }

            await Task.Delay(LookEvery, time, stop);
        }
    }

    private async Task TurnAsync(IRestartable target, HealthLook look, WatchRules rules, WatchMemory memory, CancellationToken stop)
    {
        var looks = await look.LookAsync(stop);
        var steps = rules.Judge(time.GetUtcNow(), looks, await HoldsAsync(target, stop));
        foreach (var step in steps)
        {
            say(step.Kind == WatchStepKind.GivesUp
                ? $"GIVEN UP: {step.Component}: {step.Detail}. Somebody must look; the watch leaves it alone until it is up. {await LogOfAsync(step.Component)}"
                : $"{step.Component}: {step.Detail}");
        }

        var due = steps.Where(step => step.Kind == WatchStepKind.Restart).ToList();
        if (due.Count > 0)
        {
            await memory.WriteAsync(rules.Restarts, stop);
            await Task.WhenAll(due.Select(step => RestartAsync(target, step)));
        }
    }

    private async Task<DrillHolds> HoldsAsync(IRestartable target, CancellationToken stop)
    {
        // Of a drill that was started elsewhere no ticket is here, but its hold is at the target.
        var stranger = await target.HolderAsync(stop) is { } holder && !(InstanceFolder.IsId(holder.Owner) && instances.Has(holder.Owner)) ? holder.Owner : null;
        return DrillHolds.Of(name, await caretaker.Ledger.ListOpenAsync(stop), stranger);
    }

    /// <summary>Not to be interrupted: nothing may stay half stopped.</summary>
    private async Task RestartAsync(IRestartable target, WatchStep step)
    {
        var before = time.GetUtcNow();
        try
        {
            var outcome = await target.RestartAsync(step.Component, step.Identity, step.Heals, CancellationToken.None);
            var healed = outcome == RestartOutcome.Restarted ? step.Heals : [];
            foreach (var ticket in healed)
            {
                await caretaker.Executor.HealedAsync(ticket, new(before, time.GetUtcNow()), CancellationToken.None);
            }

            Keep(new(step.Component, before, outcome, null, healed));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Keep(new(step.Component, before, null, error.Message, []));
        }
    }

    private void Keep(WatchRestart restart)
    {
        lock (restarts)
        {
            restarts.Add(restart);
        }

        if (restart.Outcome != RestartOutcome.Restarted)
        {
            say($"{restart.Component}: not restarted: {restart.Problem ?? restart.Outcome switch
            {
                RestartOutcome.Held => "a drill holds it by now",
                RestartOutcome.NotUp => "the target is not up",
                _ => "somebody else was first",
            }}");
        }
    }

    /// <summary>Whatever it is, a watch that dies of it watches nothing. What stays the same is said once.</summary>
    private async Task TryAsync(Func<Task> turn, CancellationToken stop)
    {
        try
        {
            await turn();
            trouble = null;
        }
        catch (Exception error) when (!stop.IsCancellationRequested && error is not OutOfMemoryException)
        {
            if (trouble != error.Message)
            {
                say($"cannot look after {name} now, and tries again: {error.Message}");
            }

            trouble = error.Message;
        }
    }

    private async Task<string> LogOfAsync(string component) => (await folder.ReadAsync(CancellationToken.None))?.Definition.Carrier == "processes"
        ? $"Its log: {folder.LogOf(component)}"
        : "";
}
