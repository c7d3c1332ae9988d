using DurableDrill.Faults;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Tests.Faults;

/// <summary>No fault is left when a ticket has been closed, whatever came when, and whoever crashed.</summary>
public sealed class FaultExecutorInterleavingTests
{
    [Theory]
    [InlineData(false, true, null)]
    [InlineData(true, false, null)]
    [InlineData(true, false, "half of it is done")]
    public void Close_InEveryOrderWithAnApply_LeavesNoFault(bool deaf, bool mayCrash, string? applyError)
    {
        var explored = ExploreAll(5, (world, schedule) =>
        {
            world.Deaf = deaf;
            world.ApplyError = applyError;
            schedule.Add("apply", mayCrash, () => world.Executor.ApplyAsync(FaultWorld.TicketId, default));
            schedule.Add("close", mayCrash: false, async () =>
            {
                await world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default);
                world.Time.Advance(TimeSpan.FromSeconds(31));
                await world.Executor.CloseAsync(FaultWorld.TicketId, "workflow", default);
            });
        });

        // An enumeration that stopped early would prove nothing.
        Assert.InRange(explored, 1_000, 100_000);
    }

    [Fact]
    public void Revert_InEveryOrderWithTwoAppliesThatMayCrash_LeavesNoFault() => ExploreAll(3, (world, schedule) =>
    {
        schedule.Add("apply", mayCrash: true, () => world.Executor.ApplyAsync(FaultWorld.TicketId, default));
        schedule.Add("apply again", mayCrash: true, () => world.Executor.ApplyAsync(FaultWorld.TicketId, default));
        schedule.Add("revert", mayCrash: false, () => world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default));
    });

    [Fact]
    public void Revert_InEveryOrderWithAnotherThatMayCrash_LeavesNoFault() => ExploreAll(5, (world, schedule) =>
    {
        world.Executor.ApplyAsync(FaultWorld.TicketId, default).GetAwaiter().GetResult();
        Assert.True(world.Present);
        schedule.Add("watchdog", mayCrash: true, () => world.Executor.RevertAsync(FaultWorld.TicketId, "watchdog", default));
        schedule.Add("workflow", mayCrash: false, () => world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default));
    });

    [Fact]
    public void Everything_InAnyOrderAroundTheDeadline_LeavesNoFault() => Check(deaf: false, applyMayCrash: true);

    [Fact]
    public void Apply_ThatActsAfterItsCallWasCancelled_IsUndoneWhateverTheOrder() => Check(deaf: true, applyMayCrash: false);

    private static void Check(bool deaf, bool applyMayCrash) => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ArrayOf(80).ToArbitrary(), choices =>
        {
            var world = new FaultWorld { Deaf = deaf };
            world.Store(world.Ticket());
            var next = 0;
            var schedule = new Interleaving(world, (goOn, crashes) =>
            {
                // Half of the time the same actor goes on, and few crash: else hardly anybody would get far.
                var number = choices[next++ % choices.Length];
                return number % 2 == 0 ? 0 : crashes > 0 && number % 31 == 0 ? goOn + (number / 64 % crashes) : number / 64 % goOn;
            });
            schedule.Add("apply", applyMayCrash, () => world.Executor.ApplyAsync(FaultWorld.TicketId, default));
            schedule.Add("apply again", applyMayCrash, () => world.Executor.ApplyAsync(FaultWorld.TicketId, default));
            schedule.Add("workflow", true, () => world.Executor.RevertAsync(FaultWorld.TicketId, "workflow", default));
            schedule.Add("watchdog", true, () => world.Executor.CloseAsync(FaultWorld.TicketId, "watchdog", default));
            schedule.Add("clock", false, () => TickAsync(world, 4, TimeSpan.FromSeconds(10)));
            schedule.Add("drill", true, async () =>
            {
                await world.Turn("end");
                world.Life = DrillLife.Over;
            });
            schedule.Run();
            AssertNothingIsLeft(world);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4_000));

    private static async Task TickAsync(FaultWorld world, int ticks, TimeSpan by)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            await world.Turn("tick");
            world.Time.Advance(by);
        }
    }

    /// <summary>
    /// Runs a scenario once for each order of its calls with at most so many interruptions, a crash counted as one; returns how many there are.
    /// (That few show nearly every error: Musuvathi and Qadeer, "Iterative context bounding", PLDI 2007. The laws take any number.)
    /// </summary>
    private static int ExploreAll(int interruptions, Action<FaultWorld, Interleaving> scenario)
    {
        var path = new List<(int Choice, int Options)>();
        for (var count = 1; ; count++)
        {
            var world = new FaultWorld();
            world.Store(world.Ticket());
            var depth = 0;
            var schedule = new Interleaving(world, (goOn, crashes) =>
            {
                if (depth == path.Count)
                {
                    path.Add((0, goOn + crashes));
                }

                return path[depth++].Choice;
            });
            schedule.Alone("target", "drill", "watchdog", "prepare");
            schedule.Interruptions = interruptions;
            scenario(world, schedule);
            schedule.Run();
            AssertNothingIsLeft(world);
            while (path.Count > 0 && path[^1].Choice + 1 == path[^1].Options)
            {
                path.RemoveAt(path.Count - 1);
            }

            if (path.Count == 0)
            {
                return count;
            }

            path[^1] = (path[^1].Choice + 1, path[^1].Options);
        }
    }

    /// <summary>What the janitor finds afterwards, it ends.</summary>
    private static void AssertNothingIsLeft(FaultWorld world)
    {
        if (world.Stored().State is TicketState.Reverted or TicketState.Closed && world.Time.GetUtcNow() > world.Stored().ApplyDeadline)
        {
            Assert.False(world.Present && world.Stored().State == TicketState.Closed, "closed, and the fault is there");
        }

        world.Life = DrillLife.Over;
        world.Time.Advance(TimeSpan.FromSeconds(31));
        for (var sweep = 0; sweep < 3; sweep++)
        {
            world.Janitor.SweepAsync("janitor", default).GetAwaiter().GetResult();
        }

        Assert.False(world.Present);
        Assert.Equal(TicketState.Closed, world.Stored().State);
    }
}
