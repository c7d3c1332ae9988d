using DurableDrill.Conformance;
using DurableDrill.Local.Runtime;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>A damaged history is one clear error; a torn last line is none. Everything else runs on.</summary>
public sealed class DamagedHistoryTests : IAsyncLifetime
{
    private readonly TestRuntime before = new(ConformanceCatalog.Create());
    private TestRuntime after = null!;

    private string History => before.Runtime.Folder.HistoryOf("hurt");

    public async Task InitializeAsync()
    {
        before.Runtime.Start(TimerFacts.Sleep, "hurt", 5.0);
        before.Runtime.Start(TimerFacts.Sleep, "well", 5.0);
        await before.Runtime.WhenIdleAsync();
        await before.StopAsync();
        after = new TestRuntime(ConformanceCatalog.Create(), before.Folder, time: before.Time, keepFolder: true);
    }

    public async Task DisposeAsync()
    {
        await after.DisposeAsync();
        await before.DisposeAsync();
    }

    [Theory]
    [InlineData("{\"event\":\"timer_fi")]
    [InlineData("\0\0\0\0\0\0\0")]
    [InlineData("{\"event\":\"timer_fired\",\"n\":3,\"at\":\"2026-01-02T03:04:10+00:00\",\"id\":1}")]
    public async Task LastLine_TornByACrash_IsCutOffWithANote(string torn)
    {
        var whole = await File.ReadAllTextAsync(History);
        await File.AppendAllTextAsync(History, torn);

        Assert.All(after.Runtime.ResumeAll(), outcome => Assert.Equal(ResumeResult.Resumed, outcome.Result));
        await after.Runtime.WhenIdleAsync();

        Assert.Equal(whole, await File.ReadAllTextAsync(History));
        Assert.Contains(after.Log, line => line.Contains($"{History}: a crash tore the last line; its {torn.Length} bytes are cut off", StringComparison.Ordinal));
        Assert.Equal(InstancePhase.Completed, (await after.EndOfAsync("hurt")).Phase);
    }

    [Fact]
    public async Task Reader_OfAHistoryWithATornLine_SeesTheWholeLinesAndChangesNothing()
    {
        await File.AppendAllTextAsync(History, "{\"ev");

        Assert.Equal(InstancePhase.Running, after.Runtime.Folder.Status("hurt")!.Phase);
        Assert.EndsWith("{\"ev", await File.ReadAllTextAsync(History), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "{\"event\":\"timer_created\",\"n\":2,", "line 2: no event of a history")]
    [InlineData(2, "null", "line 2: no event of a history")]
    [InlineData(2, "{\"event\":\"mystery\",\"n\":2}", "line 2: no event of a history")]
    [InlineData(2, "{\"event\":\"timer_created\",\"n\":2,\"at\":\"2026-01-02T03:04:05+00:00\",\"id\":1}", "line 2: no event of a history")]
    [InlineData(1, null, "line 1: the event's number is 2; lines are missing or doubled")]
    [InlineData(1, "{\"event\":\"timer_fired\",\"n\":1,\"at\":\"2026-01-02T03:04:05+00:00\",\"id\":1}", "line 1: a history begins with the event 'started'")]
    public async Task Line_DamagedBeforeTheLast_MakesOneInstanceUnreadableAndNamesFileAndLine(int number, string? damage, string expected)
    {
        var lines = (await File.ReadAllLinesAsync(History)).ToList();
        lines.RemoveAt(number - 1);
        if (damage is not null)
        {
            lines.Insert(number - 1, damage);
        }

        await File.WriteAllTextAsync(History, string.Join('\n', lines) + "\n");

        await AssertOnlyHurtIsUnreadableAsync($"{History}, {expected}");
    }

    [Fact]
    public async Task History_CutToNothing_MakesOneInstanceUnreadable()
    {
        await File.WriteAllTextAsync(History, "");

        await AssertOnlyHurtIsUnreadableAsync($"{History}, line 1: a history begins with the event 'started'; the file is empty");
    }

    private async Task AssertOnlyHurtIsUnreadableAsync(string expected)
    {
        var damaged = await File.ReadAllTextAsync(History);
        var outcomes = after.Runtime.ResumeAll();

        var outcome = Assert.Single(outcomes, each => each.Id == "hurt");
        Assert.Equal(ResumeResult.Unreadable, outcome.Result);
        Assert.StartsWith(expected, outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(InstancePhase.Unreadable, Assert.Single(after.Runtime.Folder.List(), each => each.Id == "hurt").Phase);
        Assert.False(after.Runtime.Signal("hurt", "any", null));
        Assert.Equal(InstancePhase.Completed, (await after.EndOfAsync("well")).Phase);
        Assert.Equal(damaged, await File.ReadAllTextAsync(History));
    }
}
