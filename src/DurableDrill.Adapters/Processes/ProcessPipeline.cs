using DurableDrill.Adapters.Files;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>Brings a pipeline of processes up and takes it down: <c>drill up</c> and <c>drill down</c>.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessPipeline(RunFolder folder, TimeProvider time)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Starts every component in order, each when those before it are healthy. Called again, it adopts what runs and starts what does
    /// not. When one does not become healthy, everything is stopped again.
    /// </summary>
    /// <param name="request">What to bring up.</param>
    /// <param name="progress">Told of every component, in words.</param>
    /// <param name="cancellation">Stops everything again.</param>
    /// <exception cref="TargetException">It did not come up: a taken port, a component that died or stayed unhealthy (with the end of its log),
    /// or the same target is up with other settings.</exception>
    public async Task<RunState> UpAsync(UpRequest request, IProgress<string> progress, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync("up", cancellation);
        var adopted = await AdoptAsync(request, cancellation);
        if (adopted is not null && await new HoldFile(folder, time).ReadAsync(cancellation) is { } holder)
        {
            progress.Report($"up already; the drill {holder.Owner} on {holder.Host} holds it, so nothing is touched");
            return adopted;
        }

        var state = adopted ?? await BeginAsync(request, cancellation);
        try
        {
            await StartOrder.RunAsync(state.Definition, reverse: false, (component, token) =>
                StartAsync(component, request.HealthTimeout, progress, token), cancellation);
            state = await folder.UpdateAsync(current => current with { Phase = RunPhase.Up }, cancellation);
            return state.Definition.Components.Keys.FirstOrDefault(component => IsDead(state, component)) is { } dead
                ? throw Died(dead)
                : state;
        }
        catch (Exception error)
        {
            try
            {
                await StopAllAsync(progress, CancellationToken.None);
            }
            catch (TargetException left)
            {
                throw new TargetException($"{error.Message}\nAnd then: {left.Message}", error);
            }

            throw;
        }
    }

    /// <summary>
    /// Takes down a run that goes with a process (<see cref="RunState.GoesWith"/>) that is dead. Returns whether this is such a run, still up:
    /// then somebody must go on looking.
    /// </summary>
    public async Task<bool> DownWithCallerAsync(IProgress<string> progress, CancellationToken cancellation)
    {
        if (await folder.ReadAsync(cancellation) is not { Phase: not RunPhase.Down, GoesWith: { } caller } || caller.IsAlive())
        {
            return await folder.ReadAsync(cancellation) is { Phase: not RunPhase.Down, GoesWith: not null };
        }

        await DownAsync(force: true, progress, cancellation);
        return false;
    }

    /// <summary>Stops every component, those last that others depend on, and makes sure that no process of the run is left.</summary>
    /// <param name="force">Though a drill holds the run.</param>
    /// <param name="progress">Told of every component, in words.</param>
    /// <param name="cancellation">Gives up; what still runs stays.</param>
    /// <exception cref="TargetException">A drill holds the run, or a process does not die.</exception>
    public async Task DownAsync(bool force, IProgress<string> progress, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync("up", cancellation);
        if (await folder.ReadAsync(cancellation) is null)
        {
            return;
        }

        var hold = new HoldFile(folder, time);
        if (!force && await hold.ReadAsync(cancellation) is { } holder)
        {
            throw new TargetException(
                $"The drill {holder.Owner} on {holder.Host} holds this target until {holder.Until:u}. End it first, or use --force.");
        }

        await StopAllAsync(progress, cancellation);
        hold.Clear();
    }

    private async Task<RunState?> AdoptAsync(UpRequest request, CancellationToken cancellation)
    {
        if (await folder.ReadAsync(cancellation) is not { Phase: not RunPhase.Down } state
            || state.Definition.Components.Keys.All(component => ComponentRunner.Members(state, component).Count == 0))
        {
            return null;
        }

        var wanted = request.Expand(state.Ports);
        return Text(wanted) == Text(state.Definition)
            ? state
            : throw new TargetException($"{folder.Path} is up with other settings. Take it down first.");

        static string Text(TargetDefinition definition) =>
            System.Text.Json.JsonSerializer.Serialize(definition.Components, DrillJson.Options);
    }

    private async Task<RunState> BeginAsync(UpRequest request, CancellationToken cancellation)
    {
        var ports = PortChooser.Choose(request.Ports, request.WantedPorts);
        var definition = request.Expand(ports);
        StartOrder.Of(definition);
        foreach (var component in definition.Components.Keys)
        {
            RotateLog(folder.LogOf(component));
            Directory.CreateDirectory(folder.DataOf(component));
        }

        await AtomicFile.WriteAsync(folder.TargetPath, request.Source, cancellation);
        var state = new RunState
        {
            Run = Guid.NewGuid().ToString("N"),
            Phase = RunPhase.Starting,
            Definition = definition,
            Ports = ports,
            Environment = KeptEnvironment.Read(),
            Since = time.GetUtcNow(),
            GoesWith = request.GoesWithCaller is null ? null : ProcessIdentity.Current,
        };
        using (await folder.LockAsync("state", cancellation))
        {
            await folder.WriteAsync(state, cancellation);
        }

        // The watchdog stays only where it finds something to watch: first the state, then the watchdog, then the first process.
        await (request.GoesWithCaller?.EnsureRunningAsync(cancellation) ?? Task.CompletedTask);
        return state;
    }

    private async Task StartAsync(string component, TimeSpan patience, IProgress<string> progress, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync(component, cancellation);
        var state = await folder.RequireAsync(cancellation);
        if (ComponentRunner.Leader(state, component) is { } leader)
        {
            progress.Report($"{component}: runs already ({leader.Identity})");
            return;
        }

        if (state.Faults.Values.Any(fault => fault.Component == component))
        {
            progress.Report($"{component}: a drill has injured it; left alone");
            return;
        }

        var healthy = state.Definition.Components[component].Healthy;
        if (healthy?.Kind == "tcp" && await HealthCheck.IsTakenAsync(healthy.Address, cancellation))
        {
            throw new TargetException($"{component}: {healthy.Address} is taken already, by a process that is none of ours.");
        }

        var started = time.GetTimestamp();
        progress.Report($"{component}: starting");
        state = await new ComponentRunner(folder, component, time).StartAsync(state, cancellation);
        await Task.Delay(healthy is null ? FirstLook : LookEvery, time, cancellation);
        while (true)
        {
            if (IsDead(state, component))
            {
                throw Died(component);
            }

            var problem = healthy is null ? null : await HealthCheck.ProblemAsync(healthy, cancellation);
            var waited = time.GetElapsedTime(started);
            if (problem is null)
            {
                progress.Report($"{component}: {(healthy is null ? "runs" : "healthy")} after {waited.TotalSeconds:0.0} s");
                return;
            }

            if (waited > patience)
            {
                throw new TargetException(
                    $"{component}: not healthy within {patience.TotalSeconds:0} s ({problem}). {LogTail.Of(folder.LogOf(component))}");
            }

            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    private async Task StopAllAsync(IProgress<string> progress, CancellationToken cancellation)
    {
        // From here on no revert starts anything.
        var state = await folder.UpdateAsync(current => current with { Phase = RunPhase.Down }, cancellation);
        var problems = new List<TargetException>();
        await StartOrder.RunAsync(state.Definition, reverse: true, StopAsync, cancellation);
        await RunProcesses.KillAllAsync(state.Run, time, cancellation);
        if (problems.Count > 0)
        {
            throw problems[0];
        }

        async Task StopAsync(string component, CancellationToken token)
        {
            using var _ = await folder.LockAsync(component, token);
            var runner = new ComponentRunner(folder, component, time);
            var current = await folder.RequireAsync(token);
            if (ComponentRunner.Members(current, component).Count > 0)
            {
                progress.Report($"{component}: stopping");
                try
                {
                    // A frozen process cannot end by itself.
                    await runner.FreezeAsync(current, frozen: false, token);
                    await runner.StopAsync(current, token);
                }
                catch (TargetException error)
                {
                    problems.Add(error);
                }
            }
        }
    }

    private static bool IsDead(RunState state, string component) =>
        !state.Faults.Values.Any(fault => fault.Component == component) && ComponentRunner.Leader(state, component) is null;

    private TargetException Died(string component) =>
        new($"{component}: ended by itself right after its start. {LogTail.Of(folder.LogOf(component))}");

    private static void RotateLog(string path)
    {
        if (File.Exists(path))
        {
            File.Move(path, path + ".1", overwrite: true);
        }
    }
}
