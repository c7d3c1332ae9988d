using System.Text.Json;
using System.Text.Json.Serialization;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// One line of an instance's history. A history is a sequence of turns: a <see cref="Wake"/> (what happened), then the
/// <see cref="Command"/>s with which the code answered. Turns are whole, but for the last one after a crash.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(StepCompleted), "step_completed")]
[JsonDerivedType(typeof(StepFailed), "step_failed")]
[JsonDerivedType(typeof(TimerFired), "timer_fired")]
[JsonDerivedType(typeof(ChildCompleted), "child_completed")]
[JsonDerivedType(typeof(ChildFailed), "child_failed")]
[JsonDerivedType(typeof(SignalReceived), "signal_received")]
[JsonDerivedType(typeof(Terminated), "terminated")]
[JsonDerivedType(typeof(StepScheduled), "step_scheduled")]
[JsonDerivedType(typeof(TimerCreated), "timer_created")]
[JsonDerivedType(typeof(TimerCancelled), "timer_cancelled")]
[JsonDerivedType(typeof(ChildScheduled), "child_scheduled")]
[JsonDerivedType(typeof(SignalTaken), "signal_taken")]
[JsonDerivedType(typeof(SignalSent), "signal_sent")]
[JsonDerivedType(typeof(Published), "published")]
[JsonDerivedType(typeof(Logged), "logged")]
[JsonDerivedType(typeof(ContinuedAsNew), "continued_as_new")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(Failed), "failed")]
internal abstract record HistoryEvent
{
    /// <summary>The number of the line, from 1.</summary>
    [JsonPropertyOrder(-2)]
    public int N { get; init; }

    /// <summary>UTC; never before the event above it, whatever the machine's clock does.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset At { get; init; }
}

/// <summary>Something that happened and begins a turn.</summary>
internal abstract record Wake : HistoryEvent;

/// <summary>A result for an operation that the code awaits.</summary>
internal abstract record Reply(int Id) : Wake;

/// <summary>What the code did in a turn.</summary>
internal abstract record Command : HistoryEvent;

/// <summary>What the code said to others. A replay may say something else, or nothing.</summary>
internal abstract record Note : Command;

/// <summary>A command that a <see cref="Reply"/> answers. Ids count from 1 in each generation.</summary>
internal abstract record Operation(int Id) : Command;

/// <summary>Who called a sub-workflow.</summary>
/// <param name="Instance">The calling instance.</param>
/// <param name="Generation">Its generation; with <paramref name="Operation"/> it names the call: one made again after a crash is the same call.</param>
/// <param name="Operation">The id of its operation.</param>
/// <param name="Root">The top of the tree; whoever runs it runs the whole tree.</param>
internal sealed record ParentCall(string Instance, int Generation, int Operation, string Root);

/// <summary>A signal on its way. The same id is the same signal, however often it is delivered.</summary>
internal sealed record SignalMessage(string Id, string Name, JsonElement Payload);

internal sealed record Started(
    string Workflow, int Version, int Generation, DateTimeOffset CreatedAt, JsonElement Input, ParentCall? Parent = null, IReadOnlyList<SignalMessage>? Carried = null) : Wake;

internal sealed record StepCompleted(int Id, JsonElement Output) : Reply(Id);

internal sealed record StepFailed(int Id, StepFailure Failure, bool Final) : Reply(Id);

internal sealed record TimerFired(int Id) : Reply(Id);

internal sealed record ChildCompleted(int Id, JsonElement Output) : Reply(Id);

internal sealed record ChildFailed(int Id, StepFailure Failure) : Reply(Id);

internal sealed record SignalReceived(SignalMessage Signal) : Wake;

internal sealed record Terminated(string Reason) : Wake;

internal sealed record StepScheduled(int Id, string Step, int Attempt, JsonElement Input) : Operation(Id);

internal sealed record TimerCreated(int Id, DateTimeOffset FireAt) : Operation(Id);

internal sealed record TimerCancelled(int Timer) : Command;

internal sealed record ChildScheduled(int Id, string Workflow, string Instance, JsonElement Input) : Operation(Id);

internal sealed record SignalTaken(string Signal) : Command;

internal sealed record SignalSent(string To, SignalMessage Signal) : Command;

internal sealed record Published(JsonElement Status) : Note;

internal sealed record Logged(string Message) : Note;

/// <summary>Never a line: the next generation's file takes the place of this one's.</summary>
internal sealed record ContinuedAsNew(JsonElement Input) : Command;

internal sealed record Completed(JsonElement Output) : Command;

internal sealed record Failed(StepFailure Failure) : Command;
