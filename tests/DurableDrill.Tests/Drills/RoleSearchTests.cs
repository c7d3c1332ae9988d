using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Tests.Drills;

public class RoleSearchTests
{
    private readonly ManualTime time = new();

    // Without xunit's context every continuation runs inside Advance: no test waits for another thread.
    public RoleSearchTests() => SynchronizationContext.SetSynchronizationContext(null);

    [Fact]
    public async Task Find_WhereAllAreRead_AnswersAtOnce()
    {
        var holder = await Search(("a", _ => 0), ("b", _ => 1));

        Assert.Equal("b is leader: a reads 0, b 1", Text(holder));
    }

    [Fact]
    public async Task Find_WhileNobodyHasIt_AsksAgain()
    {
        var search = Search(("a", n => n < 4 ? 0 : 1), ("b", _ => 0));
        Pass(search, TimeSpan.FromSeconds(2));

        Assert.Equal("a is leader: a reads 1, b 0", Text(await search));
    }

    [Fact]
    public async Task Find_WhereOneCannotBeRead_AsksAgainForAWhileAndThenSaysSo()
    {
        var search = Search(("a", _ => 1), ("b", _ => null));
        Assert.False(search.IsCompleted);
        Pass(search, TimeSpan.FromSeconds(2));

        Assert.Equal("a is leader: a reads 1, b nothing", Text(await search));
    }

    [Fact]
    public async Task Find_WhereNobodyHasIt_GivesUpWithWhatEachSaid()
    {
        var search = Search(("a", _ => 0), ("b", _ => null), ("c", _ => double.NaN));
        Pass(search, TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<TargetException>(() => search);
        Assert.Equal("nobody is leader: a reads 0; b could not be read: no answer; c could not be read: it reads NaN, which is no number", error.Message);
    }

    private static string Text(RoleHolder holder) => $"{holder.Component} is {holder.Role}: {holder.Evidence()}";

    private Task<RoleHolder> Search(params (string Name, Func<int, double?> Read)[] candidates) => RoleSearch.FindAsync(
        "leader", [.. candidates.Select(each => (each.Name, (IProbe)new Scripted(each.Read)))], time, CancellationToken.None);

    private void Pass(Task search, TimeSpan passed)
    {
        for (var end = time.GetUtcNow() + passed; time.GetUtcNow() < end && !search.IsCompleted;)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
        }
    }

    /// <summary>Reads by the number of the reading; null: a gap.</summary>
    private sealed class Scripted(Func<int, double?> read) : IProbe
    {
        private int readings;

        public ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation) =>
            new(new ProbeReading(read(readings++) ?? throw new ProbeException("no answer")));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
