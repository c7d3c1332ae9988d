using DurableDrill.Conformance;
using DurableDrill.Local.Runtime;

namespace DurableDrill.Local.Tests.Runtime;

/// <summary>One process at a time runs a tree of instances; every other one may look, signal and terminate.</summary>
public sealed class OwnershipTests : IAsyncLifetime
{
    private readonly TestRuntime owner = new(ConformanceCatalog.Create());
    private TestRuntime other = null!;

    public Task InitializeAsync()
    {
        other = new TestRuntime(ConformanceCatalog.Create(), owner.Folder, time: owner.Time, keepFolder: true);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await other.DisposeAsync();
        await owner.DisposeAsync();
    }

    [Fact]
    public async Task OtherProcess_LooksAtARunningInstance_SeesWhatItPublished()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 1);
        await owner.Runtime.WhenIdleAsync();

        var seen = Assert.Single(other.Runtime.Folder.List());

        Assert.Equal((InstancePhase.Running, "waiting"), (seen.Phase, seen.Published?.GetString()));
    }

    [Fact]
    public async Task OtherProcess_Resumes_LeavesTheTreesOfLivingProcessesAlone()
    {
        owner.Runtime.Start(TreeFacts.ParentOfWaiting, "tree", 0);
        await owner.Runtime.WhenIdleAsync();

        var outcomes = other.Runtime.ResumeAll();

        Assert.Equal(["tree RunsElsewhere", "tree.child RunsElsewhere"], outcomes.Select(each => $"{each.Id} {each.Result}"));
    }

    [Fact]
    public async Task OtherProcess_StartsTheSameId_IsRefused()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 1);
        await owner.Runtime.WhenIdleAsync();

        Assert.Throws<InstanceExistsException>(() => other.Runtime.Start(SignalFacts.Collect, "w", 1));
    }

    [Fact]
    public async Task OtherProcess_StartsAnotherTree_RunsIt()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 1);
        other.Runtime.Start(StepFacts.DoubleInTurn, "v", 3);

        Assert.Equal("8", (await other.EndOfAsync("v")).Output?.GetRawText());
    }

    [Fact]
    public async Task OtherProcess_Signals_TheOwnerTakesItFromTheInboxOnce()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 2);
        await owner.Runtime.WhenIdleAsync();

        Assert.True(other.Runtime.Signal("w", "item", "a"));
        Assert.True(other.Runtime.Signal("w", "item", "b"));
        owner.Runtime.TakeInboxes();
        owner.Runtime.TakeInboxes();

        Assert.Equal("a,b", (await owner.EndOfAsync("w")).Output?.GetString());
        Assert.Empty(Directory.GetFiles(owner.Runtime.Folder.InboxOf("w")));
    }

    [Fact]
    public async Task Signal_LeftWhileNobodyRan_ArrivesWhenTheInstanceIsResumed()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 1);
        await owner.Runtime.WhenIdleAsync();
        await owner.StopAsync();

        Assert.True(other.Runtime.Signal("w", "item", "a"));
        other.Runtime.ResumeAll();

        Assert.Equal("a", (await other.EndOfAsync("w")).Output?.GetString());
    }

    [Fact]
    public async Task OtherProcess_Terminates_TheOwnerEndsIt()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 1);
        await owner.Runtime.WhenIdleAsync();

        Assert.True(other.Runtime.Terminate("w", "enough"));
        owner.Runtime.TakeInboxes();

        var ended = await owner.EndOfAsync("w");
        Assert.Equal((InstancePhase.Terminated, "enough"), (ended.Phase, ended.Failure?.Message));
    }

    [Fact]
    public async Task OtherProcess_Waits_SeesTheEnd()
    {
        owner.Runtime.Start(SignalFacts.Collect, "w", 1);
        await owner.Runtime.WhenIdleAsync();
        var waiting = other.Runtime.WaitAsync("w");

        owner.Runtime.Signal("w", "item", "a");
        await owner.Runtime.WhenIdleAsync();
        Assert.True(owner.Time.FireNext());

        Assert.Equal("a", (await waiting).Output?.GetString());
    }

    [Fact]
    public async Task EndedInstance_CanBeStartedAgainByNobody_AndTakesNoSignal()
    {
        owner.Runtime.Start(StepFacts.DoubleInTurn, "w", 1);
        await owner.EndOfAsync("w");

        Assert.Throws<InstanceExistsException>(() => other.Runtime.Start(StepFacts.DoubleInTurn, "w", 1));
        Assert.False(other.Runtime.Signal("w", "item", "a"));
        Assert.False(other.Runtime.Terminate("w", "late"));
        Assert.Empty(other.Runtime.ResumeAll());
    }

    [Fact]
    public async Task Owner_WhoStopped_LeavesTheTreeToTheNext()
    {
        owner.Runtime.Start(TreeFacts.Parent, "tree", 3);
        await owner.PassAsync(TimeSpan.FromSeconds(1.5));
        await owner.StopAsync();

        Assert.All(other.Runtime.ResumeAll(), outcome => Assert.Equal(ResumeResult.Resumed, outcome.Result));

        Assert.Equal("""["tree.1 of tree","tree.2 of tree","tree.3 of tree"]""", (await other.EndOfAsync("tree")).Output?.GetRawText());
    }

    [Fact]
    public async Task Wait_ForAnUnknownInstance_Throws() =>
        await Assert.ThrowsAsync<KeyNotFoundException>(() => other.Runtime.WaitAsync("none"));

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    public void Start_WithAnIdThatIsNoFolderName_IsRefused(string id)
    {
        var error = Assert.Throws<ArgumentException>(() => owner.Runtime.Start(StepFacts.DoubleInTurn, id, 1));

        Assert.StartsWith($"'{id}' is no instance id", error.Message, StringComparison.Ordinal);
    }
}
