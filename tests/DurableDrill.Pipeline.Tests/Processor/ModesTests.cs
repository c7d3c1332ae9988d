namespace DurableDrill.Pipeline.Tests.Processor;

/// <summary>Each mode keeps what it promises, and not more, when a processor is killed while orders flow.</summary>
[Trait("Category", "Integration")]
public sealed class ModesTests
{
    [SkippableFact]
    public async Task TwoProcessors_NothingGoesWrong_EveryOrderIsStoredOnceAsItWasMade()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "200");
        run.Processor("processor-1");
        run.Processor("processor-2");
        await run.StoredAsync(1000);
        await run.QuietAsync();

        var ledger = LedgerText.Read(run.Ledger);
        var rows = await run.RowsAsync();
        Assert.Equal(ledger.Attempts.Select(a => (a.Id, a.Content, 'K', 1)), ledger.Attempts.Select(a => (a.Id, rows[a.Id].Content, a.Outcome, rows[a.Id].Writes)));
        Assert.Equal(ledger.Attempts.Count, rows.Count);
        Assert.Equal(rows.Count, await run.NumberAsync("select sum(stored) from progress"));
        Assert.Equal(rows.Count, await run.NumberAsync("select count(distinct id) from commits where pg_xact_commit_timestamp(xmin) is not null"));
        Assert.Equal(0, await run.NumberAsync("""
            select count(*) from orders where value <> quantity * price
              or category <> case when value > 1000 then 'high' when value >= 100 then 'medium' else 'low' end
            """));
        Assert.Equal(2, await run.NumberAsync("select count(*) from progress"));
    }

    [SkippableFact]
    public async Task ExactlyOnce_KilledThreeTimes_LosesAndDoublesNothing()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "500");
        for (var kill = 1; kill <= 3; kill++)
        {
            var processor = run.Processor("processor-1", "--session-timeout", "1s");
            await run.StoredAsync(kill * 700);
            await processor.StopAsync(9);
        }

        run.Processor("processor-1", "--session-timeout", "1s");
        await run.StoredAsync(3000);
        var rows = await run.AllStoredAsync();
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
        Assert.Equal(rows.Count, await run.NumberAsync("select count(*) from commits"));
    }

    [SkippableFact]
    public async Task AtLeastOnce_Killed_DoublesWhatWasInFlightAndLosesNothing()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "200");
        string[] mode = ["--mode", "at-least-once", "--commit-interval", "1s", "--session-timeout", "1s"];
        var processor = run.Processor("processor-1", mode);
        await run.StoredAsync(600);
        await processor.StopAsync(9);
        run.Processor("processor-1", mode);
        await run.StoredAsync(1200);
        var rows = await run.AllStoredAsync();
        var doubled = rows.Count(r => r.Value.Writes == 2);
        Assert.InRange(doubled, 1, 800);
        Assert.Equal(rows.Count + doubled, await run.NumberAsync("select count(*) from commits"));
        Assert.Equal(rows.Count + doubled, await run.NumberAsync("select sum(writes) from progress"));
    }

    [SkippableFact]
    public async Task AtMostOnce_Killed_LosesWhatWasInFlightAndDoublesNothing()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "200");
        string[] mode = ["--mode", "at-most-once", "--write-delay", "500ms", "--session-timeout", "1s"];
        var processor = run.Processor("processor-1", mode);
        await run.StoredAsync(600);
        await processor.StopAsync(9);
        run.Processor("processor-1", mode);
        await run.StoredAsync(1200);
        await run.QuietAsync();

        var rows = await run.RowsAsync();
        var lost = LedgerText.Read(run.Ledger).Acknowledged.Except(rows.Keys).Count();
        Assert.InRange(lost, 1, 400);
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
    }

    [SkippableTheory]
    [InlineData("at-least-once")]
    [InlineData("at-most-once")]
    public async Task EveryMode_AskedToStop_LosesAndDoublesNothing(string mode)
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "200");
        var processor = run.Processor("processor-1", "--mode", mode);
        await run.StoredAsync(400);
        await processor.StopAsync(15);
        run.Processor("processor-1", "--mode", mode);
        await run.StoredAsync(800);
        var rows = await run.AllStoredAsync();
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
    }
}
