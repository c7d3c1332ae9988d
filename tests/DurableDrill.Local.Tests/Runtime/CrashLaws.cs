using DurableDrill.Local.Runtime;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>Whatever a workflow does and wherever it crashes, it ends as if it had not.</summary>
public sealed class CrashLaws
{
    internal static readonly Node Everything = new InTurn(
    [
        new RunStep(3),
        new All([new RunStep(4), new RunFlaky(3), new Sleep(2), new Ask("x"), new Spawn(new InTurn([new Fail("no"), new RunStep(5), new Again(2)]))]),
        new First(new RunStep(6), 5, new Spawn(new Fail("lost")), 4),
        new GiveUp(6),
        new Ask("y"),
        new Spawn(new Fail("whole")),
    ]);

    [Fact]
    public async Task CrashAfterEveryEvent_InOneRun_EndsAsWithoutCrash()
    {
        var expected = await OutcomeAsync(Everything, (harness, node) => harness.RunAsync(RandomWorkflow.Main, "r", node));

        var actual = await OutcomeAsync(Everything, async (harness, node) =>
        {
            var status = await harness.RunWithCrashAfterEveryEventAsync(RandomWorkflow.Main, "r", node);
            Assert.True(harness.Lives > 60, $"{harness.Lives} lives: the crashes did not happen");
            return status;
        });

        Assert.Equal(expected, actual);
        Assert.StartsWith("completed [9; {16; attempt 3; slept; x one, x two, 49; ([! no; 25; last 0] after ", expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CrashOnce_AfterEachEventInTurn_EndsAsWithoutCrash()
    {
        var events = 0;
        var expected = await OutcomeAsync(Everything, async (harness, node) =>
        {
            var status = await harness.RunAsync(RandomWorkflow.Main, "r", node);
            events = harness.Events;
            return status;
        });
        Assert.True(events > 60, $"only {events} events");

        for (var crashAfter = 1; crashAfter < events; crashAfter++)
        {
            var actual = await OutcomeAsync(Everything, (harness, node) => harness.RunWithCrashAfterAsync(RandomWorkflow.Main, "r", node, crashAfter, tear: crashAfter % 2 == 0));
            Assert.True(expected == actual, $"crash after event {crashAfter}: {actual} instead of {expected}");
        }
    }

    [Fact]
    public void RandomWorkflows_WithCrashes_EndAsWithoutThem()
    {
        Prop.ForAll(Programs().ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (node, crashAfter) =>
        {
            var expected = Outcome(node, (harness, program) => harness.RunAsync(RandomWorkflow.Main, "r", program));
            var once = Outcome(node, (harness, program) => harness.RunWithCrashAfterAsync(RandomWorkflow.Main, "r", program, crashAfter, tear: true));
            var always = Outcome(node, (harness, program) => harness.RunWithCrashAfterEveryEventAsync(RandomWorkflow.Main, "r", program));
            return (expected == once).Label($"one crash: {once} instead of {expected}")
                .And((expected == always).Label($"a crash after every event: {always} instead of {expected}"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(12));
    }

    // On the pool: laws are not asynchronous, and to block one of xunit's threads on work that comes back to them would hang.
    private static string Outcome(Node node, Func<CrashHarness, Node, Task<InstanceStatus>> run) =>
        Task.Run(() => OutcomeAsync(node, run)).GetAwaiter().GetResult();

    private static async Task<string> OutcomeAsync(Node node, Func<CrashHarness, Node, Task<InstanceStatus>> run)
    {
        using var harness = new CrashHarness(RandomWorkflow.Catalog);
        var status = await run(harness, node);
        return $"{status.Phase}".ToLowerInvariant() + $" {status.Output} {status.Failure?.Message}";
    }

    private static Gen<Node> Programs() => Gen.Sized(size => Shapes(Math.Min(size, 10))).Select(Number);

    private static Gen<Node> Shapes(int size)
    {
        var leaf = Gen.OneOf<Node>(
            Gen.Choose(0, 9).Select(value => (Node)new RunStep(value)),
            Gen.Choose(1, 3).Select(attempts => (Node)new RunFlaky(attempts)),
            Gen.Constant((Node)new Sleep(0)),
            Gen.Constant((Node)new GiveUp(0)),
            Gen.Constant((Node)new Ask("")),
            Gen.Choose(0, 2).Select(times => (Node)new Again(times)),
            Gen.Constant((Node)new Fail("failed")));
        if (size <= 1)
        {
            return leaf;
        }

        var part = Shapes(size / 3);
        return Gen.OneOf<Node>(
            leaf,
            part.Select(program => (Node)new Spawn(program)),
            Gen.ListOf(part, 3).Select(nodes => (Node)new InTurn([.. nodes])),
            Gen.ListOf(part, 3).Select(nodes => (Node)new All([.. nodes])),
            Gen.Two(part).Select(two => (Node)new First(two.Item1, 0, two.Item2, 0)));
    }

    /// <summary>Gives each timer its own length and each question its own name, so that no result hangs on a race.</summary>
    private static Node Number(Node program)
    {
        var (power, name) = (0, 0);
        Node Visit(Node node) => node switch
        {
            Sleep => new Sleep(power++ % 24),
            GiveUp => new GiveUp(power++ % 24),
            Ask => new Ask($"q{name++}"),
            Spawn spawn => new Spawn(Visit(spawn.Program)),
            InTurn inTurn => new InTurn([.. inTurn.Nodes.Select(Visit)]),
            All all => new All([.. all.Nodes.Select(Visit)]),
            First first => new First(Visit(first.One), power++ % 24, Visit(first.Other), power++ % 24),
            _ => node,
        };
        return Visit(program);
    }
}
