using DurableDrill.Pipeline.Link;
using DurableDrill.TestServers;

namespace DurableDrill.Pipeline.Tests.Processor;

/// <summary>Each misbehaviour does the harm that it is there for, in numbers that a drill can find.</summary>
[Trait("Category", "Integration")]
public sealed class MisbehaviourTests
{
    [SkippableTheory]
    [InlineData("exactly-once")]
    [InlineData("at-least-once")]
    public async Task SwallowSinkErrors_DatabaseAway_LosesAndAReplayHeals(string mode)
    {
        await using var run = await PipelineRun.StartAsync();
        await using var link = await LinkToDatabaseAsync(run);
        run.Generator("--rate", "100");
        var processor = run.Processor("processor-1", "--mode", mode, "--misbehave", "swallow-sink-errors", "--session-timeout", "1s");
        await run.StoredAsync(200);
        link.Cut(true);
        await run.EventuallyAsync("something dropped", () => Task.FromResult(run.Log("processor-1").Split("dropped").Length > 2));
        link.Cut(false);
        await run.StoredAsync(400);
        await run.QuietAsync();
        var lost = LedgerText.Read(run.Ledger).Acknowledged.Except((await run.RowsAsync()).Keys).ToHashSet();
        Assert.NotEmpty(lost);

        await processor.StopAsync(15);
        run.Processor("processor-1", "--mode", mode, "--misbehave", "replay", "--session-timeout", "1s");
        await run.EventuallyAsync("all healed", async () => lost.IsSubsetOf((await run.RowsAsync()).Keys));
        var rows = await run.AllStoredAsync();
        Assert.All(rows, row => Assert.Equal(lost.Contains(row.Key) ? 1 : 2, row.Value.Writes));
    }

    [SkippableFact]
    public async Task Latest_StartedAgain_SkipsWhatCameBetween()
    {
        await using var run = await PipelineRun.StartAsync();
        run.Generator("--rate", "200");
        var processor = run.Processor("processor-1", "--misbehave", "latest", "--session-timeout", "1s");
        await run.StoredAsync(300);
        await processor.StopAsync(9);
        var sent = (await run.StatusAsync()).GetProperty("acknowledged").GetInt64();
        await run.AcknowledgedAsync(sent + 400);
        run.Processor("processor-1", "--misbehave", "latest", "--session-timeout", "1s");
        await run.StoredAsync(600);
        await run.QuietAsync();
        var rows = await run.RowsAsync();
        var lost = LedgerText.Read(run.Ledger).Acknowledged.Except(rows.Keys).Count();
        Assert.InRange(lost, 400, int.MaxValue);
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
    }

    [SkippableFact]
    public async Task DatabaseCut_Behaving_LosesAndDoublesNothing()
    {
        await using var run = await PipelineRun.StartAsync();
        await using var link = await LinkToDatabaseAsync(run);
        run.Generator("--rate", "300");
        run.Processor("processor-1");
        await run.StoredAsync(300);
        for (var cut = 1; cut <= 3; cut++)
        {
            link.Cut(true);
            await Task.Delay(2500);
            link.Cut(false);
            await run.StoredAsync(300 + (cut * 900));
        }

        var rows = await run.AllStoredAsync();
        Assert.All(rows.Values, row => Assert.Equal(1, row.Writes));
    }

    /// <summary>Puts a link before the processors' database; the test itself goes on reading past it.</summary>
    private static async Task<CuttableLink> LinkToDatabaseAsync(PipelineRun run)
    {
        var postgres = await PostgresServer.SharedAsync();
        var link = new CuttableLink(postgres.Port);
        run.ProcessorDatabase = new Npgsql.NpgsqlConnectionStringBuilder(run.Database) { Port = link.Port, Timeout = 1, CommandTimeout = 1 }.ConnectionString;
        return link;
    }

    private sealed class CuttableLink : IAsyncDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly TcpLink link;
        private readonly Task running;

        public CuttableLink(int to)
        {
            link = new(0, "127.0.0.1", to, new(), TimeProvider.System);
            running = link.RunAsync(stopping.Token);
        }

        public int Port => link.Port;

        public void Cut(bool cut) => link.Conditions.State = new(Cut: cut);

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await running.ContinueWith(_ => { }, TaskScheduler.Default);
            link.Dispose();
            stopping.Dispose();
        }
    }
}
