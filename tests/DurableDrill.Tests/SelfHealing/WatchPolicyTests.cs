using DurableDrill.SelfHealing;
using DurableDrill.Targets;

namespace DurableDrill.Tests.SelfHealing;

public class WatchPolicyTests
{
    [Fact]
    public void Read_OfAComponent_IsTheTargetsWithWhatDiffers()
    {
        var target = Read("watch: { restarts: 3, within: 1m, backoff: 2s, backoff_max: 1m, unhealthy_after: 10s }", "watch: { restarts: 0 }").Value!;

        var common = new WatchPolicy { Restarts = 3, Within = Seconds(60), Backoff = Seconds(2), BackoffMax = Seconds(60), UnhealthyAfter = Seconds(10) };
        Assert.Equal(common, target.Watch);
        Assert.Equal(common with { Restarts = 0 }, target.Components["a"].Watch);
    }

    [Fact]
    public void Read_WithoutAPolicy_HasTheDefaults()
    {
        var target = Read("", "").Value!;

        Assert.Equal(new(), target.Watch);
        Assert.Null(target.Components["a"].Watch);
    }

    [Fact]
    public void Read_OfMistakes_TellsThemAll()
    {
        var reading = Read("watch: { restarts: 1.5, within: 0s, backoff: 40s, unhealthy_after: 2h }", "watch: { restart: 3 }");

        Assert.Equal(
            ["components.a.watch.restart", "watch.backoff", "watch.restarts", "watch.unhealthy_after", "watch.within"],
            reading.Errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 8)]
    [InlineData(5, 30)]
    [InlineData(1000, 30)]
    public void DelayAfter_Restarts_DoublesUpToTheMaximum(int restarts, double seconds) => Assert.Equal(Seconds(seconds), new WatchPolicy().DelayAfter(restarts));

    [Fact]
    public void DelayAfter_WithoutABackoff_IsNone() => Assert.Equal(TimeSpan.Zero, new WatchPolicy { Backoff = TimeSpan.Zero }.DelayAfter(1000));

    private static DurableDrill.Documents.Reading<TargetDefinition> Read(string ofTarget, string ofComponent) => TargetReader.Read(
        $"target: t\ncarrier: processes\n{ofTarget}\ncomponents:\n  a:\n    run: a\n    {ofComponent}\n", "t.yaml");

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
