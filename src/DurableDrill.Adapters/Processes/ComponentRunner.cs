using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>
/// Starts, stops, kills and freezes one component: its leader, which "up" or a revert started, and everything that came of it. Whoever
/// calls holds the component's lock.
/// </summary>
internal sealed class ComponentRunner(RunFolder folder, string component, TimeProvider time)
{
    /// <summary>How long a component has to end when it is asked to; then it is killed.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(15);

    /// <summary>How long what the leader leaves behind has to end after it.</summary>
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DeathPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>The component's leader; null when it is dead or was never started.</summary>
    public static ProcessEntry? Leader(RunState state, string component) =>
        state.Processes.TryGetValue(component, out var started) ? ProcessTable.Find(started.Process) : null;

    /// <summary>Every living process of the component: the leader and its session, who bears the component's name, and their offspring.</summary>
    public static List<ProcessEntry> Members(RunState state, string component)
    {
        var all = ProcessTable.ReadAll();
        var leader = Leader(state, component)?.Pid;
        var members = all.Where(entry => (leader is { } pid && (entry.Session == pid || entry.Group == pid))
            || ProcessTable.HasEnvironment(entry.Pid,
                $"{RunFolder.RunVariable}={state.Run}", $"{RunFolder.ComponentVariable}={component}")).ToDictionary(entry => entry.Pid);
        for (var grown = true; grown;)
        {
            // A PostgreSQL backend leaves the session and overwrites its environment; that it is somebody's child stays.
            var children = all.Where(entry => members.ContainsKey(entry.Parent) && !members.ContainsKey(entry.Pid)).ToList();
            children.ForEach(entry => members.Add(entry.Pid, entry));
            grown = children.Count > 0;
        }

        return [.. members.Values.OrderByDescending(entry => entry.Pid == leader)];
    }

    /// <summary>Starts the component exactly as "up" did. One that runs is left alone; what is left of a dead one is cleared away first.</summary>
    public async Task<RunState> StartAsync(RunState state, CancellationToken cancellation)
    {
        if (Leader(state, component) is not null)
        {
            return state;
        }

        // A leader that bears our name but is not in the state was started by somebody who died before writing it down. Its kind of
        // start cannot be told, so it goes with the rest.
        await KillAsync(state, cancellation);
        var definition = state.Definition.Components[component];
        var environment = state.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        foreach (var (name, value) in definition.Env)
        {
            environment[name] = value;
        }

        environment[RunFolder.RunVariable] = state.Run;
        environment[RunFolder.ComponentVariable] = component;
        Directory.CreateDirectory(folder.DataOf(component));
        var process = await DetachedProcess.StartAsync(
            definition.Run, folder.Path, folder.LogOf(component), environment, CancellationToken.None);
        var starts = state.Processes.TryGetValue(component, out var earlier) ? earlier.Starts + 1 : 1;
        return await folder.UpdateAsync(
            current => current with { Processes = With(current.Processes, component, new(process, time.GetUtcNow(), starts)) }, CancellationToken.None);
    }

    /// <summary>Asks the component to end, and kills what has not ended in time.</summary>
    public async Task StopAsync(RunState state, CancellationToken cancellation)
    {
        if (Leader(state, component) is { } leader)
        {
            var members = Members(state, component);
            PosixSignal.SendToGroup(leader.Identity, PosixSignal.Parse(state.Definition.Components[component].StopSignal)!.Value);
            await EndAsync(() => Alive([leader]), StopGrace, cancellation);
            await EndAsync(() => Alive(members), OrphanGrace, cancellation);
        }

        await KillAsync(state, cancellation);
    }

    /// <summary>Kills every process of the component.</summary>
    /// <exception cref="TargetException">One of them does not die.</exception>
    public async Task KillAsync(RunState state, CancellationToken cancellation)
    {
        // The leader goes first, so that it starts nothing anew. Its children are remembered, for later they are nobody's.
        var members = Members(state, component);
        var left = members;
        if (!await EndAsync(
            () =>
            {
                left = Alive([.. members, .. Members(state, component)]);
                left.ForEach(entry => PosixSignal.Send(entry.Identity, PosixSignal.Kill));
                return left;
            },
            DeathPatience,
            cancellation))
        {
            throw new TargetException($"{component}: killed, but still there: {string.Join(", ", left.Select(entry => entry.Identity))}");
        }
    }

    /// <summary>Kills the leader alone, as a crash does; its children do what they do.</summary>
    public async Task CrashAsync(RunState state, CancellationToken cancellation)
    {
        if (Leader(state, component) is { } leader)
        {
            PosixSignal.Send(leader.Identity, PosixSignal.Kill);
            if (!await EndAsync(() => Alive([leader]), DeathPatience, cancellation))
            {
                throw new TargetException($"{component}: killed, but still there: {leader.Identity}");
            }
        }
    }

    /// <summary>Freezes or thaws every process of the component.</summary>
    /// <exception cref="TargetException">One of them does not obey.</exception>
    public async Task FreezeAsync(RunState state, bool frozen, CancellationToken cancellation)
    {
        var others = new List<ProcessEntry>();
        if (!await EndAsync(
            () =>
            {
                others = [.. Members(state, component).Where(entry => entry.IsFrozen != frozen)];
                others.ForEach(entry => PosixSignal.Send(entry.Identity, frozen ? PosixSignal.Freeze : PosixSignal.Continue));
                return others;
            },
            DeathPatience,
            cancellation))
        {
            throw new TargetException(
                $"{component}: {(frozen ? "frozen" : "thawed")}, but not: {string.Join(", ", others.Select(entry => entry.Identity))}");
        }
    }

    internal static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> map, string key, T value) =>
        new(map) { [key] = value };

    private static List<ProcessEntry> Alive(IEnumerable<ProcessEntry> entries) =>
        [.. entries.DistinctBy(entry => entry.Pid).Where(entry => ProcessTable.Find(entry.Identity) is not null)];

    private async Task<bool> EndAsync(Func<List<ProcessEntry>> left, TimeSpan patience, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (left().Count > 0)
        {
            if (time.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await Task.Delay(LookEvery, time, cancellation);
        }

        return true;
    }
}
