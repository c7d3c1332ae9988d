using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Local.Runtime;
using DurableDrill.Local.Tests.Runtime;
using DurableDrill.Plans;
using DurableDrill.Recovery;

namespace DurableDrill.Local.Tests.Drills;

/// <summary>The longest drill keeps under 200 events an instance and generation: a turn replays all of them, on every host.</summary>
public sealed class HistoryBoundTests
{
    private const int Bound = 200;
    private static readonly TimeSpan SixHours = TimeSpan.FromHours(6);

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public async Task Observation_OverGenerations_KeepsUnderTheBound(int failures)
    {
        var steps = new ScriptedSteps { ObserveError = (burst, attempt) => attempt == 1 && burst % 15 < failures ? new IOException("throttled") : null };
        await using var test = new TestRuntime(steps.Catalog());
        test.Runtime.Start(ObservationWorkflow.Definition, "o", new Observation("d", "orders", "d", []));
        var most = 0;
        var generation = 1;
        while (generation < 4)
        {
            await test.PassAsync(TimeSpan.FromSeconds(0.5));
            var history = HistoryFile.Read(test.Runtime.Folder.HistoryOf("o"));
            generation = history.Started.Generation;
            most = Math.Max(most, Math.Max(history.Events.Count, DurableEvents(history.Events)));
        }

        Assert.InRange(most, 100, Bound - 1);
    }

    [Fact]
    public async Task Drill_OfSixHoursThatNeverRecovers_KeepsUnderTheBound()
    {
        var steps = new ScriptedSteps { Shares = 15 };
        await using var test = new TestRuntime(steps.Catalog());
        var (polls, looks) = (0, 0);
        steps.Judge = request =>
        {
            polls++;
            test.Time.MoveTo(test.Time.GetUtcNow() + request.Patience);
            return new(false, steps.Recovery with { Outcome = RecoveryOutcome.Pending });
        };
        steps.Quiet = request =>
        {
            looks++;
            test.Time.MoveTo(test.Time.GetUtcNow() + request.Patience);
            return new(false, "the backlog stands at 7");
        };
        var plan = new DrillPlan
        {
            Name = "long",
            Faults = [new("kill", new Kill("worker"), TimeSpan.Zero, TimeSpan.FromMinutes(1))],
            RecoveryTimeout = SixHours,
            QuietTimeout = TimeSpan.FromMinutes(10),
        };
        test.Runtime.Start(DrillWorkflow.Definition, "d", new DrillRequest("d", "orders", plan, "here") { Quiesce = "generator" });

        Assert.Null((await test.EndOfAsync("d")).Failure);

        var history = HistoryFile.Read(test.Runtime.Folder.HistoryOf("d")).Events;
        var validation = HistoryFile.Read(test.Runtime.Folder.HistoryOf("d.validate")).Events;
        Assert.InRange(polls, 24, 26);
        Assert.InRange(looks, 24, 26);
        Assert.True(history[^1].At - history[0].At > SixHours, "it was a long drill");
        Assert.InRange(Math.Max(history.Count, DurableEvents(history)), 1, Bound - 1);
        Assert.InRange(Math.Max(validation.Count, DurableEvents(validation)), 100, Bound - 1);
    }

    /// <summary>As Durable Functions counts: a turn has a beginning and an end of its own, a status is no event.</summary>
    private static int DurableEvents(IReadOnlyList<HistoryEvent> events) =>
        events.Count(each => each is not Note) + (2 * events.Count(each => each is Wake));
}
