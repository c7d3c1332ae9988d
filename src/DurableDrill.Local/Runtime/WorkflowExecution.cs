using System.Text.Json;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// The code of one generation of a workflow, driven event by event. Deterministic and without effects: the same wakes give the same commands.
/// </summary>
internal sealed class WorkflowExecution
{
    private readonly WorkflowCatalog catalog;
    private readonly TurnScheduler scheduler;
    private readonly WorkflowContext context;
    private Task<JsonElement>? body;
    private Failed? escape;

    /// <param name="instanceId">The instance.</param>
    /// <param name="started">The first event of the generation; it is not applied yet.</param>
    /// <param name="catalog">Where the code is.</param>
    /// <param name="onEscape">Told, on any thread, when the code leaves its turn while no turn runs.</param>
    public WorkflowExecution(string instanceId, Started started, WorkflowCatalog catalog, Action onEscape)
    {
        this.catalog = catalog;
        void Escaped(string how)
        {
            escape ??= new(new("WorkflowEscaped", how, Environment.StackTrace));
            onEscape();
        }

        scheduler = new TurnScheduler(Escaped);
        context = new WorkflowContext(instanceId, started, scheduler, Escaped);
    }

    /// <summary>What the code has begun and not seen the end of, by id.</summary>
    public IReadOnlyDictionary<int, OpenOperation> Open => context.Open;

    /// <summary>Signals that the code has not taken.</summary>
    public IReadOnlyList<SignalMessage> UntakenSignals => context.Signals.Untaken;

    /// <summary>Runs one turn.</summary>
    /// <returns>What the code did; an end of the generation comes last.</returns>
    public IReadOnlyList<Command> Apply(Wake wake, bool replaying)
    {
        context.Commands.Clear();
        context.Now = wake.At;
        context.IsReplaying = replaying;
        try
        {
            scheduler.Run(() => Dispatch(wake));
        }
        catch (Exception error)
        {
            // An exception that no task of the workflow holds: an "async void", or a broken history.
            return [.. context.Commands, new Failed(StepFailure.From(error))];
        }

        return End() is { } end ? [.. context.Commands, end] : [.. context.Commands];
    }

    /// <summary>The failure of code that left its turn; null as long as it has not.</summary>
    public Failed? Escape => escape;

    private void Dispatch(Wake wake)
    {
        switch (wake)
        {
            case Started started:
                body = catalog.RunWorkflowAsync(started.Workflow, context, started.Input);
                break;
            case SignalReceived received:
                context.Signals.Arrive(received.Signal);
                break;
            case Reply reply when context.Open.Remove(reply.Id, out var operation):
                operation.Source.SetResult(reply);
                break;
        }
    }

    private Command? End()
    {
        if (escape is { } escaped)
        {
            return escaped;
        }

        if (context.Open.Count > 0)
        {
            // As in the cloud: an instance ends when all that it began has ended.
            return null;
        }

        if (body is { IsCompletedSuccessfully: true })
        {
            return context.NextInput is { } input ? new ContinuedAsNew(input) : new Completed(body.Result);
        }

        if (body is { IsCompleted: true })
        {
            return new Failed(StepFailure.From(body.Exception?.InnerException ?? new OperationCanceledException("The workflow let a cancellation through.")));
        }

        return context.Signals.OpenWaits > 0
            ? null
            : new Failed(new("WorkflowStalled", "The workflow waits, but for nothing that its context began: it awaited a task from elsewhere.", null));
    }
}
