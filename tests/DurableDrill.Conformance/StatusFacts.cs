using DurableDrill.Workflows;

namespace DurableDrill.Conformance;

/// <summary>Published status and termination.</summary>
public abstract class StatusFacts(WorkflowHost host) : IAsyncLifetime
{
    public static readonly Workflow<int, int> PublishThenWait = new("conformance_publish_then_wait", 1, async (context, seconds) =>
    {
        context.Publish("first");
        context.Publish("second");
        await context.DelayAsync(TimeSpan.FromSeconds(seconds));
        return seconds;
    });

    public static readonly Workflow<int, string> PublishTooMuch = new("conformance_publish_too_much", 1, (context, length) =>
    {
        try
        {
            context.Publish(new string('x', length));
            return Task.FromResult("published");
        }
        catch (ArgumentException error)
        {
            return Task.FromResult(error.Message);
        }
    });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Publish_TwiceInATurn_ShowsTheLast()
    {
        await host.StartAsync(PublishThenWait, "publish", 1);

        await host.UntilPublishedAsync("publish", "second");
        await host.WaitAsync("publish");
    }

    [Theory]
    [InlineData(16 * 1024 - 2, "published")]
    [InlineData(16 * 1024 - 1, "at most 16384")]
    public async Task Publish_OverSixteenKilobytesOfJson_Throws(int length, string expected) =>
        Assert.Contains(expected, await host.RunAsync(PublishTooMuch, $"publish-{length}", length));

    [Fact]
    public async Task Terminate_OfARunningInstance_EndsItWithoutAFurtherTurn()
    {
        await host.StartAsync(PublishThenWait, "terminated", 2);
        await host.UntilPublishedAsync("terminated", "second");
        await host.TerminateAsync("terminated");
        await host.PassAsync(TimeSpan.FromSeconds(3));

        Assert.Equal(HostedPhase.Terminated, (await host.StatusAsync("terminated")).Phase);
    }
}
