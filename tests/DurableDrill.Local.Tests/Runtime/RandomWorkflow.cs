using System.Text.Json.Serialization;
using DurableDrill.Workflows;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>A program for <see cref="RandomWorkflow"/>: a tree of everything that a workflow can do.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(RunStep), "step")]
[JsonDerivedType(typeof(RunFlaky), "flaky")]
[JsonDerivedType(typeof(Sleep), "sleep")]
[JsonDerivedType(typeof(GiveUp), "give_up")]
[JsonDerivedType(typeof(Ask), "ask")]
[JsonDerivedType(typeof(Spawn), "spawn")]
[JsonDerivedType(typeof(Again), "again")]
[JsonDerivedType(typeof(Fail), "fail")]
[JsonDerivedType(typeof(InTurn), "in_turn")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(First), "first")]
internal abstract record Node;

/// <summary>A step.</summary>
internal sealed record RunStep(int Value) : Node;

/// <summary>A step that fails before its last attempt.</summary>
internal sealed record RunFlaky(int Attempts) : Node;

/// <summary>A timer. No two timers of a program end at one instant, whatever they are added up to: their lengths are powers of two.</summary>
internal sealed record Sleep(int Power) : Node;

/// <summary>A timer and a wait for a signal that are cancelled.</summary>
internal sealed record GiveUp(int Power) : Node;

/// <summary>A child that signals its parent twice.</summary>
internal sealed record Ask(string Name) : Node;

/// <summary>A child that runs a program.</summary>
internal sealed record Spawn(Node Program) : Node;

/// <summary>A child that continues as new.</summary>
internal sealed record Again(int Times) : Node;

/// <summary>A failure, caught by whoever awaits it.</summary>
internal sealed record Fail(string Message) : Node;

internal sealed record InTurn(IReadOnlyList<Node> Nodes) : Node;

internal sealed record All(IReadOnlyList<Node> Nodes) : Node;

/// <summary>The first of two, each after a sleep of its own.</summary>
internal sealed record First(Node One, int PowerOne, Node Other, int PowerOther) : Node;

/// <summary>Interprets a <see cref="Node"/>; the result tells what happened, in what order, and when.</summary>
internal static class RandomWorkflow
{
    public static readonly Step<int, int> Square = new("square", RetryPolicy.None);
    public static readonly Step<int, int> Flaky = new("flaky", new(5, TimeSpan.FromTicks(7), 3, TimeSpan.FromTicks(1000)));

    public static readonly Workflow<Node, string> Main = new("main", 1, async (context, program) =>
    {
        var began = context.Now;
        var told = await new Interpreter(context).RunAsync(program);
        return $"{told} after {(context.Now - began).Ticks}";
    });

    public static readonly Workflow<string, int> Asked = new("asked", 1, async (context, name) =>
    {
        context.Signal(context.ParentInstanceId!, name, $"{name} one");
        var square = await context.CallAsync(Square, 7);
        context.Signal(context.ParentInstanceId!, name.ToUpperInvariant(), $"{name} two");
        return square;
    });

    public static readonly Workflow<int, int> Generations = new("generations", 1, async (context, left) =>
    {
        context.Publish(left);
        context.Log($"{left} left");
        _ = context.CallAsync(Square, left);
        await context.CallAsync(Flaky, 2);
        if (left > 0)
        {
            context.ContinueAsNew(left - 1);
        }

        return left;
    });

    public static WorkflowCatalog Catalog() => new WorkflowCatalog()
        .Add(Square, (value, _, _) => Task.FromResult(value * value))
        .Add(Flaky, (attempts, context, _) => context.Attempt >= attempts ? Task.FromResult(context.Attempt) : throw new TimeoutException($"attempt {context.Attempt}"))
        .Add(Main).Add(Asked).Add(Generations);

    private sealed class Interpreter(IWorkflowContext context)
    {
        private int children;

        public async Task<string> RunAsync(Node node)
        {
            switch (node)
            {
                case RunStep step:
                    return $"{await context.CallAsync(Square, step.Value)}";
                case RunFlaky flaky:
                    return $"attempt {await context.CallAsync(Flaky, flaky.Attempts)}";
                case Sleep sleep:
                    await context.DelayAsync(Length(sleep.Power));
                    return "slept";
                case GiveUp given:
                    return await GiveUpAsync(given);
                case Ask ask:
                    var answer = context.CallWorkflowAsync(Asked, ChildId(), ask.Name);
                    var first = await context.WaitForSignalAsync<string>(ask.Name);
                    var second = await context.WaitForSignalAsync<string>(ask.Name);
                    return $"{first}, {second}, {await answer}";
                case Spawn spawn:
                    return $"({await CaughtAsync(context.CallWorkflowAsync(Main, ChildId(), spawn.Program))})";
                case Again again:
                    return $"last {await context.CallWorkflowAsync(Generations, ChildId(), again.Times)}";
                case Fail fail:
                    throw new FormatException(fail.Message);
                case InTurn inTurn:
                    List<string> told = [];
                    foreach (var each in inTurn.Nodes)
                    {
                        told.Add(await CaughtAsync(RunAsync(each)));
                        context.Publish(told.Count);
                    }

                    return $"[{string.Join("; ", told)}]";
                case All all:
                    return $"{{{string.Join("; ", await Task.WhenAll(all.Nodes.Select(each => CaughtAsync(RunAsync(each)))))}}}";
                case First two:
                    var one = AfterAsync(two.PowerOne, two.One);
                    var other = AfterAsync(two.PowerOther, two.Other);
                    return await Task.WhenAny(one, other) == one ? $"one: {await CaughtAsync(one)}" : $"other: {await CaughtAsync(other)}";
                default:
                    throw new NotSupportedException(node.ToString());
            }
        }

        // So long that all retries of a program together are shorter than the shortest.
        private static TimeSpan Length(int power) => TimeSpan.FromSeconds(0.1 * Math.Pow(2, power));

        private static async Task<string> CaughtAsync(Task<string> task)
        {
            try
            {
                return await task;
            }
            catch (Exception error)
            {
                return $"! {error.Message}";
            }
        }

        private async Task<string> AfterAsync(int power, Node node)
        {
            await context.DelayAsync(Length(power));
            return await RunAsync(node);
        }

        private async Task<string> GiveUpAsync(GiveUp given)
        {
            using var cancellation = new CancellationTokenSource();
            var never = context.DelayAsync(TimeSpan.FromDays(1000), cancellation.Token);
            var signal = context.WaitForSignalAsync<string>("never", cancellation.Token);
            await context.DelayAsync(Length(given.Power));
            cancellation.Cancel();
            return $"{await CaughtAsync(SayAsync(never))}, {await CaughtAsync(signal)}";
        }

        private static async Task<string> SayAsync(Task task)
        {
            await task;
            return "done";
        }

        private string ChildId() => $"{context.InstanceId}.{++children}";
    }
}
