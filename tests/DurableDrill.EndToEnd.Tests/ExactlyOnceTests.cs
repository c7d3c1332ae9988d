using System.Text.Json;
using Xunit.Abstractions;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>The drills by name on a real Kafka, exactly-once: everything comes back, and every order is there once.</summary>
[Trait("Category", "Integration")]
public sealed class ExactlyOnceTests(ExactlyOncePipeline pipeline, ITestOutputHelper output) : IClassFixture<ExactlyOncePipeline>
{
    [SkippableTheory]
    [InlineData("worker")]
    [InlineData("kafka")]
    [InlineData("postgres")]
    [InlineData("network")]
    [InlineData("cascading")]
    [InlineData("stop-resume")]
    public async Task Run_OfADrillByName_PassesWithEveryOrderThereOnce(string name)
    {
        Drill.NeedKafka();
        var report = await pipeline.Drill.DrillAsync(0, name, "15");

        Assert.Equal("passed", report.GetProperty("verdict").GetString());
        Assert.Equal("recovered", report.GetProperty("recovery").GetProperty("outcome").GetString());
        Assert.All(report.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("closed", fault.GetProperty("state").GetString()));
        output.WriteLine($"{name}: downtime {report.GetProperty("downtime_duration_seconds")} s, recovery {Seconds(report, "recovery_time_seconds")} s, after the fault {Seconds(report, "time_to_recover_seconds")} s");
        await AgreesWithTheTruthAsync(report);

        // What was recorded says the same once more, without the pipeline.
        var again = (await pipeline.Drill.RunAsync("analyze", report.GetProperty("drill_id").GetString()!, "--json")).Expect(0).Json;
        foreach (var figure in new[] { "outcome", "recovered", "recovery_time" })
        {
            var (told, found) = (report.GetProperty("recovery").GetProperty(figure), again.GetProperty(figure));
            Assert.True(JsonElement.DeepEquals(told, found), $"{figure}: the report says {told}, its samples {found}");
        }
    }

    /// <summary>Each for as long as its target file says.</summary>
    [SkippableTheory]
    [Trait("Category", "Long")]
    [InlineData("workers")]
    [InlineData("producer")]
    [InlineData("slow-sink")]
    [InlineData("chaos")]
    [InlineData("comprehensive")]
    public async Task Run_OfALongDrillByName_PassesWithEveryOrderThereOnce(string name)
    {
        Drill.NeedKafka();
        var report = await pipeline.Drill.DrillAsync(0, name);

        Assert.Equal("passed", report.GetProperty("verdict").GetString());
        Assert.Empty((await Truth.OfAsync(pipeline.Drill, "orders")).Duplicated);
    }

    [SkippableFact]
    public async Task Run_OfAFaultThatTouchesNothing_SaysSo()
    {
        Drill.NeedKafka();
        var plan = Path.Combine(pipeline.Drill.Home, "idle.yaml");
        await File.WriteAllTextAsync(plan, "name: idle\nbaseline: 10s\nfaults:\n  - { cpu: processor-1, cores: 1, for: 8s }\n");

        var report = await pipeline.Drill.DrillAsync(0, "--plan", plan);

        Assert.Equal("no_effect", report.GetProperty("recovery").GetProperty("outcome").GetString());
        Assert.False(report.TryGetProperty("recovery_time_seconds", out _));
        Assert.Contains(report.GetProperty("reasons").EnumerateArray(), reason => reason.GetString()!.StartsWith("no effect seen", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Run_OnAPipelineThatDoesNotFlow_IsRefusedAndInjuresNothing()
    {
        Drill.NeedKafka();
        using var http = new HttpClient();
        var generator = pipeline.Drill.StateOf("orders").GetProperty("ports").GetProperty("generator").GetInt32();
        (await http.PostAsync($"http://127.0.0.1:{generator}/pause", null)).EnsureSuccessStatusCode();
        try
        {
            var report = await pipeline.Drill.DrillAsync(2, "worker", "10");

            Assert.Equal("errored", report.GetProperty("verdict").GetString());
            Assert.Contains("nothing was injured", report.GetProperty("reasons")[0].GetString());
            Assert.All(report.GetProperty("faults").EnumerateArray(), fault => Assert.False(fault.TryGetProperty("applied", out _)));
        }
        finally
        {
            await http.PostAsync($"http://127.0.0.1:{generator}/resume", null);
        }
    }

    [SkippableFact]
    public async Task Home_AfterDrills_HoldsTheSecretInItsOwnFileOnly()
    {
        Drill.NeedKafka();
        var secretFile = Path.Combine(pipeline.Drill.Home, "targets", "orders", "postgres.password");
        var secret = (await File.ReadAllTextAsync(secretFile)).Trim();
        string[] folders = ["drills", "instances", "tickets", "watchdog", "targets/orders/logs"];
        var files = folders.Select(folder => Path.Combine(pipeline.Drill.Home, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Append(Path.Combine(pipeline.Drill.Home, "targets", "orders", "state.json"))
            .ToList();

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => File.ReadAllText(file).Contains(secret, StringComparison.Ordinal));
    }

    private static string Seconds(JsonElement report, string name) => report.TryGetProperty(name, out var value) ? value.ToString() : "-";

    private async Task AgreesWithTheTruthAsync(JsonElement report)
    {
        // The generator goes on once the drill has read the ids, so the truth of now holds more orders than the report's.
        var truth = await Truth.OfAsync(pipeline.Drill, "orders");
        var integrity = report.GetProperty("integrity");
        Assert.InRange(integrity.GetProperty("expected").GetInt64(), 500, truth.Attempted.Count);
        Assert.Equal(0, integrity.GetProperty("classes").GetProperty("lost").GetProperty("count").GetInt64());
        Assert.Equal(0, integrity.GetProperty("classes").GetProperty("duplicated").GetProperty("count").GetInt64());
        Assert.Empty(truth.Duplicated);
    }
}

/// <summary>One pipeline for all of them.</summary>
public sealed class ExactlyOncePipeline : IAsyncLifetime
{
    internal Drill Drill { get; } = new();

    public Task InitializeAsync() => Drill.HasKafka ? Drill.UpAsync("orders") : Task.CompletedTask;

    public async Task DisposeAsync() => await Drill.DisposeAsync();
}
