using System.Text.Json;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// What the workflow's code sees of one generation. It only notes down commands and open operations: no effect happens here, so that a
/// replay is the same code over the same events.
/// </summary>
internal sealed class WorkflowContext : IWorkflowContext
{
    /// <summary>The largest result of a step and the largest published status, in bytes of JSON.</summary>
    public const int MaxBytes = 16 * 1024;

    private readonly TurnScheduler scheduler;
    private readonly Action<string> onEscape;
    private readonly string generation;
    private int lastId;
    private int sent;

    public WorkflowContext(string instanceId, Started started, TurnScheduler scheduler, Action<string> onEscape)
    {
        this.scheduler = scheduler;
        this.onEscape = onEscape;
        InstanceId = instanceId;
        ParentInstanceId = started.Parent?.Instance;
        generation = $"{instanceId}.{started.Generation}";
        Signals = new SignalBox(signal => Commands.Add(new SignalTaken(signal.Id)));
        foreach (var signal in started.Carried ?? [])
        {
            Signals.Arrive(signal);
        }
    }

    public string InstanceId { get; }

    public string? ParentInstanceId { get; }

    public DateTimeOffset Now { get; set; }

    public bool IsReplaying { get; set; }

    /// <summary>What the code did in this turn.</summary>
    public List<Command> Commands { get; } = [];

    /// <summary>What the code has begun and not seen the end of.</summary>
    public SortedDictionary<int, OpenOperation> Open { get; } = [];

    public SignalBox Signals { get; }

    /// <summary>The input of the next generation, once the code asked for one.</summary>
    public JsonElement? NextInput { get; private set; }

    public async Task<TOut> CallAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input)
    {
        var json = DrillJson.ToElement(input);
        for (var attempt = 1; ; attempt++)
        {
            var reply = await OpenAsync(id => new StepScheduled(id, step.Name, attempt, json));
            if (reply is StepCompleted completed)
            {
                return DrillJson.FromElement<TOut>(completed.Output);
            }

            var failed = (StepFailed)reply;
            if (failed.Final || attempt >= step.Retry.MaxAttempts)
            {
                throw new StepFailedException(step.Name, failed.Failure);
            }

            var delay = step.Retry.DelayBefore(attempt + 1);
            if (delay > TimeSpan.Zero)
            {
                await DelayAsync(delay);
            }
        }
    }

    public async Task<TOut> CallWorkflowAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string instanceId, TIn input)
    {
        var json = DrillJson.ToElement(input);
        var reply = await OpenAsync(id => new ChildScheduled(id, workflow.Name, instanceId, json));
        return reply is ChildCompleted completed
            ? DrillJson.FromElement<TOut>(completed.Output)
            : throw new StepFailedException(workflow.Name, ((ChildFailed)reply).Failure);
    }

    public async Task DelayAsync(TimeSpan delay, CancellationToken cancellation = default)
    {
        EnsureInTurn();
        cancellation.ThrowIfCancellationRequested();
        var fireAt = Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        var task = OpenAsync(id => new TimerCreated(id, fireAt));
        var timer = lastId;
        var registration = cancellation.Register(() => InTurn(() =>
        {
            if (Open.Remove(timer, out var operation))
            {
                Commands.Add(new TimerCancelled(timer));
                operation.Source.SetCanceled(cancellation);
            }
        }));
        try
        {
            await task;
        }
        finally
        {
            // Not DisposeAsync: it may wait, on a thread of its own.
            registration.Unregister();
        }
    }

    public Task<T> WaitForSignalAsync<T>(string name, CancellationToken cancellation = default)
    {
        EnsureInTurn();
        return Signals.WaitAsync<T>(name, InTurn, cancellation);
    }

    public void Signal(string instanceId, string name, object? payload)
    {
        EnsureInTurn();
        InstanceFolder.Check(instanceId);
        Commands.Add(new SignalSent(instanceId, new($"{generation}.{++sent}", name, DrillJson.ToElement(payload))));
    }

    public void Publish(object status)
    {
        EnsureInTurn();
        var json = DrillJson.ToElement(status);
        var bytes = HistoryLine.BytesOf(json);
        if (bytes > MaxBytes)
        {
            throw new ArgumentException($"The status that {InstanceId} publishes is {bytes} bytes of JSON; at most {MaxBytes} are allowed. Store the data and publish a reference.", nameof(status));
        }

        // Others see the status between turns only: the last one of a turn counts.
        Commands.RemoveAll(command => command is Published);
        Commands.Add(new Published(json));
    }

    public void ContinueAsNew(object? input)
    {
        EnsureInTurn();
        NextInput = DrillJson.ToElement(input);
    }

    public void Log(string message)
    {
        EnsureInTurn();
        Commands.Add(new Logged(message));
    }

    private Task<Reply> OpenAsync(Func<int, Operation> create)
    {
        EnsureInTurn();
        var operation = create(++lastId);
        Commands.Add(operation);

        // Plain on purpose: with RunContinuationsAsynchronously, WhenAll and WhenAny would complete on the thread pool.
        var open = new OpenOperation(operation, new());
        Open.Add(operation.Id, open);
        return open.Source.Task;
    }

    private void EnsureInTurn()
    {
        if (!scheduler.InTurn)
        {
            const string message = "The workflow used its context outside of its turn (ConfigureAwait(false), Task.Run or a thread of its own).";
            onEscape(message);
            throw new InvalidOperationException(message);
        }
    }

    private void InTurn(Action cancel)
    {
        if (scheduler.InTurn)
        {
            cancel();
        }
        else
        {
            onEscape("A token that the workflow passed was cancelled outside of its turn (CancelAfter or another thread).");
        }
    }
}

/// <summary>An operation under way and the source of the task on which the code waits for it.</summary>
internal sealed record OpenOperation(Operation Command, TaskCompletionSource<Reply> Source);
