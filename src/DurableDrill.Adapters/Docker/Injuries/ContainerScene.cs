using System.Net;
using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>One fault on one container.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Components">The target's containers.</param>
/// <param name="State">The target's other faults, and its definition.</param>
/// <param name="Ticket">The fault's ticket.</param>
/// <param name="Container">The component's container as it was just now.</param>
/// <param name="Time">The clock.</param>
internal sealed record ContainerScene(
    DockerEngine Engine, DockerComponents Components, RunState State, FaultTicket Ticket, Container Container, TimeProvider Time)
{
    private const int FreezeAttempts = 3;

    /// <summary>A container that does not live this long was not started.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(500);

    /// <summary>One that lived longer than this was started, and ended for reasons of its own.</summary>
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    public string Component => Ticket.Fault.Component;

    public EngineHelper Helper => new(Engine);

    /// <summary>The faults of other tickets on the same component.</summary>
    public IEnumerable<Fault> Others => State.Faults.Where(other => other.Key != Ticket.Id && other.Value.Component == Component)
        .Select(other => other.Value);

    public bool HeldDown => Others.Any(fault => fault is Stop or Kill or Crash or StateLoss);

    public ContainerUndo Undo => DrillJson.FromElement<ContainerUndo>(Ticket.Undo ?? throw new TargetException($"{Ticket.Id} has no undo."));

    /// <summary>What a helper must know of the container.</summary>
    public IReadOnlyList<string> HelperEnvironment => [$"PID={Container.State.Pid}", $"ID={Container.Id}", $"TICKET={Ticket.Id}"];

    /// <summary>The container as it is now.</summary>
    public async Task<Container> LookAsync(CancellationToken cancellation) =>
        await Engine.FindAsync<Container>($"containers/{Container.Id}/json", cancellation)
            ?? throw new TargetException($"{Component}: the container {Container.ShortName} has vanished");

    /// <summary>The container, which a fault needs that cannot be done to one that does not run.</summary>
    public Container RequireRunning() => Container.State.Alive
        ? Container
        : throw new TargetException($"{Component}: {Container.ShortName} is {Container.State.Status}, so there is nothing to {Ticket.Fault.Kind}.");

    /// <summary>POST to the container; a refusal because it is so already (409) is success.</summary>
    public async Task PostAsync(string what, CancellationToken cancellation)
    {
        try
        {
            await Engine.PostAsync($"containers/{Container.Id}/{what}", null, cancellation);
        }
        catch (EngineException error) when (error.Status == HttpStatusCode.Conflict)
        {
            // Not running, or paused already: whoever calls looks at the state afterwards.
        }
    }

    /// <summary>Freezes the container. On a busy machine the engine gives up (500, "unable to freeze") while processes still come and go; it is asked again, twice.</summary>
    public async Task FreezeAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await PostAsync("pause", cancellation);
                return;
            }
            catch (EngineException error) when (error.Status == HttpStatusCode.InternalServerError && attempt < FreezeAttempts)
            {
                await Task.Delay(FirstLook, Time, cancellation);
            }
        }
    }

    /// <summary>SIGKILL, which the engine counts as a stop by hand, and waits for the end.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        await PostAsync("kill?signal=SIGKILL", cancellation);
        await WaitAsync(now => !now.State.Running, "killed, and still runs", cancellation);
    }

    /// <summary>Starts the container unless it runs or another fault holds it down.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (HeldDown || (await LookAsync(cancellation)).State.Alive)
        {
            return;
        }

        await Engine.PostAsync($"containers/{Container.Id}/start", null, cancellation);
    }

    /// <summary>Whether the container is down by this fault.</summary>
    /// <exception cref="TargetException">It was started and ended by itself at once.</exception>
    public async Task<bool> IsDownAsync(CancellationToken cancellation)
    {
        if (HeldDown)
        {
            return false;
        }

        var now = Container;
        var age = Time.GetUtcNow() - now.State.StartedAt;
        if (now.State.Alive && age < FirstLook)
        {
            await Task.Delay(age < TimeSpan.Zero ? FirstLook : FirstLook - age, Time, cancellation);
            now = await LookAsync(cancellation);
        }

        return now.State is not { Alive: true } && (now.Identity == Undo.Identity
            || (now.State.FinishedAt - now.State.StartedAt < Youth ? throw new TargetException(
                $"{Component}: {now.ShortName} ended by itself right after its start (exit code {now.State.ExitCode}"
                + $"{(now.State.Error is { Length: > 0 } error ? $", {error}" : "")}). {await Components.LastWordsAsync(now.Id, cancellation)}") : false));
    }

    /// <summary>
    /// Whether the container, which ran before the fault, ended with its engine and was not started with it. It has not ended by itself, so nothing of
    /// the pipeline is hidden when it is started.
    /// </summary>
    public async Task<bool> EndedWithEngineAsync(CancellationToken cancellation) =>
        Undo is { Running: true, EngineEpoch: { } before } && !HeldDown && !(await LookAsync(cancellation)).State.Alive
        && await Engine.EpochAsync(cancellation) is { } now && now != before;

    /// <summary>Waits until the container is as it should be.</summary>
    public async Task WaitAsync(Func<Container, bool> ready, string otherwise, CancellationToken cancellation)
    {
        var started = Time.GetTimestamp();
        while (!ready(await LookAsync(cancellation)))
        {
            if (Time.GetElapsedTime(started) > StopPatience)
            {
                throw new TargetException($"{Component}: {Container.ShortName} was {otherwise} after {StopPatience.TotalSeconds:0} s");
            }

            await Task.Delay(LookEvery, Time, cancellation);
        }
    }
}

/// <summary>What undos need to know of the container before the fault.</summary>
/// <param name="Identity">Its id and start.</param>
/// <param name="Running">Whether it ran.</param>
/// <param name="Limits">Its limits.</param>
internal sealed record ContainerUndo(string Identity, bool Running, HostConfig Limits)
{
    /// <summary>The engine's (<see cref="DockerEngine.EpochAsync"/>); null: not known.</summary>
    public string? EngineEpoch { get; init; }
}
