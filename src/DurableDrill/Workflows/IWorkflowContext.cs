namespace DurableDrill.Workflows;

/// <summary>
/// All that a workflow may see of the world. Workflow code is replayed from its history, so between two calls of this
/// port it must be deterministic: no clock, no randomness, no I/O, no other threads. Every input and output crosses as JSON.
/// </summary>
public interface IWorkflowContext
{
    /// <summary>The id of this instance; for a drill, the drill's id.</summary>
    string InstanceId { get; }

    /// <summary>The instance that called this one as a sub-workflow; null at the top.</summary>
    string? ParentInstanceId { get; }

    /// <summary>The time of the event that woke the workflow, the same in every replay. UTC.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Whether the code runs over events that it has seen before. For logs and progress only.</summary>
    bool IsReplaying { get; }

    /// <summary>
    /// Runs a step at least once: after a crash it may run again, so its body is idempotent. Retried as <see cref="Step{TIn,TOut}.Retry"/> says.
    /// </summary>
    /// <exception cref="StepFailedException">The last attempt failed.</exception>
    Task<TOut> CallAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input);

    /// <summary>
    /// Starts a sub-workflow under an id that the caller chooses. Ending the parent does not end the child: signal it.
    /// </summary>
    /// <exception cref="StepFailedException">The child ended with an unhandled exception.</exception>
    Task<TOut> CallWorkflowAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string instanceId, TIn input);

    /// <summary>
    /// A durable timer. Zero and less returns in a later turn. A cancelled one throws <see cref="OperationCanceledException"/>. An instance
    /// ends when all that it began has ended, so cancel a timer that nobody waits for any more.
    /// </summary>
    Task DelayAsync(TimeSpan delay, CancellationToken cancellation = default);

    /// <summary>
    /// Waits for the next signal of this name. Signals that arrive before anybody waits are kept, in order, one for each wait;
    /// names are compared without case, and of several open waits the newest is served first. A cancelled wait throws <see cref="OperationCanceledException"/> and takes no signal.
    /// </summary>
    Task<T> WaitForSignalAsync<T>(string name, CancellationToken cancellation = default);

    /// <summary>Sends a signal to another instance, at least once; one that has ended or never was ignores it.</summary>
    void Signal(string instanceId, string name, object? payload);

    /// <summary>Replaces the status that others see of this instance. At most 16 KB as JSON.</summary>
    void Publish(object status);

    /// <summary>
    /// Ends this generation when the workflow returns (its result is ignored) and starts it anew with a fresh history and this input.
    /// Signals that nobody has taken are carried over; results of what is still under way are dropped. Only for workflows that own no fault.
    /// </summary>
    void ContinueAsNew(object? input);

    /// <summary>Writes a line to the host's log, once, not again in replay.</summary>
    void Log(string message);
}
