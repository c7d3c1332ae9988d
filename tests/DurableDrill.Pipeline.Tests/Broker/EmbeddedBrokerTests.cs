namespace DurableDrill.Pipeline.Tests.Broker;

[Trait("Category", "Integration")]
public sealed class EmbeddedBrokerTests
{
    [SkippableFact]
    public async Task PausedForAWhile_TwoProcessors_LoseAndDoubleNothing()
    {
        var (run, broker) = await PipelineRun.StartEmbeddedAsync();
        await using var _ = run;
        run.Generator("--rate", "200");
        run.Processor("processor-1");
        run.Processor("processor-2");
        await run.StoredAsync(500);
        broker.Signal(19);
        await Task.Delay(3000);
        // Which of its threads is interrupted is a matter of luck.
        for (var pause = 0; pause < 50; pause++)
        {
            broker.Signal(18);
            await Task.Delay(20);
            broker.Signal(19);
            await Task.Delay(20);
        }

        broker.Signal(18);
        await run.StoredAsync(1500);
        var rows = await run.AllStoredAsync();
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
    }
}
