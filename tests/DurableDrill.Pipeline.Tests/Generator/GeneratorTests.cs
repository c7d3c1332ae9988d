using System.Text.Json;

namespace DurableDrill.Pipeline.Tests.Generator;

[Trait("Category", "Integration")]
public sealed class GeneratorTests
{
    [SkippableFact]
    public async Task Pause_Twice_NothingIsAttemptedUntilResume()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "500");
        await run.AcknowledgedAsync(100);
        await run.PostAsync("pause");
        var paused = await run.PostAsync("pause");
        Assert.True(paused.GetProperty("paused").GetBoolean());
        await run.EventuallyAsync("nothing buffered", async () => Number(await run.StatusAsync(), "buffered") == 0);
        Assert.Equal(Number(paused, "attempted"), Number(await run.StatusAsync(), "attempted"));
        Assert.Equal(Number(paused, "attempted"), LedgerText.Read(run.Ledger).Attempts.Count);
        Assert.Contains($"orders_attempted_total{{producer=\"p1\"}} {Number(paused, "attempted")}\n", await run.GetAsync("/metrics"), StringComparison.Ordinal);
        await run.PostAsync("resume");
        await run.PostAsync("resume");
        await run.AcknowledgedAsync(Number(paused, "attempted") + 100);
    }

    [SkippableFact]
    public async Task Killed_StartedAgain_GoesOnWithTheSequence()
    {
        await using var run = await PipelineRun.StartAsync();
        var generator = run.Generator("--rate", "500");
        await run.AcknowledgedAsync(300);
        await generator.StopAsync(9);
        var before = LedgerText.Read(run.Ledger).Attempts.Count;
        run.Generator("--rate", "500");
        await run.AcknowledgedAsync(before + 300);
        await run.PostAsync("pause");

        var attempts = LedgerText.Read(run.Ledger).Attempts;
        Assert.Equal(Enumerable.Range(1, attempts.Count).Select(i => $"p1-{i:D12}"), attempts.Select(a => a.Id));
        Assert.Equal(attempts.Count, Number(await run.StatusAsync(), "attempted"));
    }

    [SkippableFact]
    public async Task AskedToStop_EveryOutcomeIsWritten()
    {
        await using var run = await PipelineRun.StartAsync();
        var generator = run.Generator("--rate", "500");
        await run.AcknowledgedAsync(300);
        await generator.StopAsync(15);
        Assert.All(LedgerText.Read(run.Ledger).Attempts, attempt => Assert.Equal('K', attempt.Outcome));
        Assert.Contains("stopped", run.Log("generator"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task ReuseIds_StartedAgain_SameIdsHaveOtherContent()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Processor("processor-1");
        var generator = run.Generator("--rate", "200", "--misbehave", "reuse-ids", "--reuse", "40");
        await run.AcknowledgedAsync(200);
        await generator.StopAsync(15);
        run.Generator("--rate", "200", "--misbehave", "reuse-ids", "--reuse", "40");
        await run.AcknowledgedAsync(500);
        await run.QuietAsync();

        var twice = LedgerText.Read(run.Ledger).Attempts.GroupBy(a => a.Id).Where(g => g.Count() > 1).ToList();
        Assert.Equal(40, twice.Count);
        Assert.All(twice, g => Assert.Equal(2, g.Select(a => a.Content).Distinct().Count()));
        var rows = await run.RowsAsync();
        Assert.All(twice, g => Assert.Equal((2, g.Last().Content), rows[g.Key]));
    }

    [SkippableFact]
    public async Task BrokerAway_BufferFull_DropsAreToldAndFailed()
    {
        var (run, broker) = await PipelineRun.StartEmbeddedAsync();
        await using var _ = run;
        run.Generator("--rate", "200", "--buffer-count", "100");
        await run.AcknowledgedAsync(100);
        broker.Signal(19);
        // On a slow machine the start, too, may have taken longer than the buffer holds out.
        var before = Number(await run.StatusAsync(), "dropped");
        await run.EventuallyAsync("50 dropped", async () => Number(await run.StatusAsync(), "dropped") >= before + 50);
        Assert.Equal(100, Number(await run.StatusAsync(), "buffered"));
        broker.Signal(18);
        await run.PostAsync("pause");
        await run.EventuallyAsync("nothing buffered", async () => Number(await run.StatusAsync(), "buffered") == 0);

        var status = await run.StatusAsync();
        await run.EventuallyAsync("the ledger has every outcome", () => Task.FromResult(LedgerText.Read(run.Ledger).Attempts.All(a => a.Outcome != 'U')));
        var ledger = LedgerText.Read(run.Ledger).Attempts;
        Assert.Equal(Number(status, "dropped"), ledger.Count(a => a.Outcome == 'F'));
        Assert.Equal(Number(status, "attempted"), Number(status, "acknowledged") + Number(status, "dropped"));
    }

    [SkippableFact]
    public async Task ExpireSilently_BrokerAway_TheStatusLiesAndTheLedgerDoesNot()
    {
        var (run, broker) = await PipelineRun.StartEmbeddedAsync();
        await using var _ = run;
        run.Generator("--rate", "100", "--misbehave", "expire-silently", "--message-timeout", "1s");
        await run.AcknowledgedAsync(100);
        broker.Signal(19);
        await Task.Delay(3000);
        broker.Signal(18);
        await run.PostAsync("pause");
        await run.EventuallyAsync("nothing buffered", async () => Number(await run.StatusAsync(), "buffered") == 0);

        var status = await run.StatusAsync();
        Assert.Equal(Number(status, "attempted"), Number(status, "acknowledged"));
        Assert.Equal(0, Number(status, "failed") + Number(status, "unknown"));
        Assert.InRange(LedgerText.Read(run.Ledger).Attempts.Count(a => a.Outcome != 'K'), 50, 400);
    }

    private static long Number(JsonElement status, string name) => status.GetProperty(name).GetInt64();
}
