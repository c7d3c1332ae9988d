using DurableDrill.Workflows;

namespace DurableDrill.Conformance;

/// <summary>The steps that the facts use. What their bodies do shows in their results only: they may run in another process.</summary>
public static class ConformanceCatalog
{
    private static readonly RetryPolicy ThreeTimes = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(10));

    public static readonly Step<int, int> TwiceOf = new("conformance_twice_of", RetryPolicy.None);
    public static readonly Step<Everything, Everything> Echo = new("conformance_echo", RetryPolicy.None);
    public static readonly Step<int, int> SucceedAtAttempt = new("conformance_succeed_at_attempt", ThreeTimes);
    public static readonly Step<string, int> Throw = new("conformance_throw", RetryPolicy.None);
    public static readonly Step<int, string> TextOfLength = new("conformance_text_of_length", ThreeTimes);

    /// <summary>A host registers this.</summary>
    public static WorkflowCatalog Create() => new WorkflowCatalog()
        .Add(TwiceOf, (value, _, _) => Task.FromResult(2 * value))
        .Add(Echo, (value, _, _) => Task.FromResult(value))
        .Add(SucceedAtAttempt, (attempt, context, _) => context.Attempt >= attempt
            ? Task.FromResult(context.Attempt)
            : throw new TimeoutException($"attempt {context.Attempt} failed"))
        .Add(Throw, (message, _, _) => throw new FormatException(message))
        .Add(TextOfLength, (length, _, _) => Task.FromResult(new string('x', length)))
        .Add(StepFacts.EchoAll).Add(StepFacts.DoubleInTurn).Add(StepFacts.DoubleAtOnce).Add(StepFacts.Retry).Add(StepFacts.Catch).Add(StepFacts.LetThrough).Add(StepFacts.TooLarge)
        .Add(TimerFacts.Sleep).Add(TimerFacts.Race).Add(TimerFacts.CancelTimer).Add(TimerFacts.LeaveTimer).Add(TimerFacts.ZeroDelay)
        .Add(SignalFacts.Collect).Add(SignalFacts.CollectLate).Add(SignalFacts.GiveUpThenWait).Add(SignalFacts.TwoWaits).Add(SignalFacts.Send).Add(SignalFacts.Typed)
        .Add(TreeFacts.Parent).Add(TreeFacts.Child).Add(TreeFacts.ParentOfFailing).Add(TreeFacts.Failing).Add(TreeFacts.ParentOfWaiting)
        .Add(GenerationFacts.CountDown).Add(GenerationFacts.CarryOver).Add(GenerationFacts.DropPending)
        .Add(StatusFacts.PublishThenWait).Add(StatusFacts.PublishTooMuch);
}

/// <summary>Every kind of value that crosses a boundary.</summary>
public sealed record Everything(
    string Text, int Whole, long Big, double Fraction, decimal Money, bool Yes, DateTimeOffset At, TimeSpan Length, DayOfWeek Day, string? Nothing, IReadOnlyList<int> List, IReadOnlyDictionary<string, double> Map);
