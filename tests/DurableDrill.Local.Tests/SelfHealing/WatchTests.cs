using System.Diagnostics;
using System.Text.Json;
using DurableDrill.Adapters.Processes;
using DurableDrill.Local.Tests.Cli;

namespace DurableDrill.Local.Tests.SelfHealing;

/// <summary><c>drill watch</c> as a user starts it, over real processes.</summary>
[Trait("Category", "Integration")]
public sealed class WatchTests : IAsyncLifetime
{
    private readonly DrillProgram program = new();
    private Process? watch;
    private string said = "";

    private RunFolder Run => new(Path.Combine(program.Home, "targets", "shop"));

    /// <summary>A worker that stores 200 events a second as long as it lives, by the clock: a busy machine does not slow it.</summary>
    private string Target => $$"""
        target: shop
        carrier: processes
        components:
          worker:
            run: [sh, -c, 'test ! -e dead || exit 3; while :; do echo $(($(date +%s%3N) / 5)) > stored.new; mv stored.new stored; sleep 0.05; done']
        signals: { stored: { file: {{Path.Combine(Run.Path, "stored")}} } }
        watch: { restarts: 3, backoff: 500ms }
        drills:
          kill: { faults: [ { kill: worker, for: 8s } ], healed_by: watch, baseline: 8s, stable_for: 1s, recovery_timeout: 30s, quiet_timeout: 1s }
        """;

    [Fact]
    public async Task Watch_OfAWorkerThatIsKilled_BringsItUpAgain_AndHealsWhatADrillLeavesToIt()
    {
        await UpAsync();
        var watching = Watch();
        var first = await PidAsync();
        Kill(first);
        await UntilAsync(async () => await PidAsync() is var pid && pid != first && Alive(pid));

        var drill = await program.RunAsync("run", "kill", "--target", "shop", "--json");
        var report = drill.Json();
        Assert.True(drill.ExitCode == 4, drill.Output + drill.Error);
        var fault = report.GetProperty("faults")[0];
        Assert.True(fault.TryGetProperty("healed", out var healed), drill.Output);
        Assert.True(healed.GetProperty("latest").GetDateTimeOffset() < fault.GetProperty("reverted").GetProperty("earliest").GetDateTimeOffset());
        Assert.Equal("recovered", report.GetProperty("recovery").GetProperty("outcome").GetString());
        Assert.InRange(fault.GetProperty("measured_seconds").GetDouble(), 0.4, 8);
        Assert.DoesNotContain(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("path").GetString() == "healed_by");

        await StopAsync();
        var (exit, output) = await watching;
        var restarts = JsonDocument.Parse(output).RootElement.GetProperty("restarts");
        Assert.Equal(["restarted", "restarted"], restarts.EnumerateArray().Select(restart => restart.GetProperty("outcome").GetString()));
        Assert.Equal([0, 1], restarts.EnumerateArray().Select(restart => restart.GetProperty("healed").GetArrayLength()));
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task Watch_OfAWorkerThatWillNotLive_GivesUpLoudlyAndFails()
    {
        await UpAsync();
        await File.WriteAllTextAsync(Path.Combine(Run.Path, "dead"), "");
        var watching = Watch();

        Kill(await PidAsync());
        await UntilAsync(() => Task.FromResult(said.Contains("GIVEN UP: worker: 3 restarts within 300 s did not keep it up", StringComparison.Ordinal)));
        await StopAsync();

        var (exit, output) = await watching;
        Assert.Equal("worker", Assert.Single(JsonDocument.Parse(output).RootElement.GetProperty("given_up").EnumerateArray()).GetString());
        Assert.Equal(1, exit);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Run_HealedByAWatchThatIsNotThere_IsRevertedWhenItsTimeIsUpAndFails()
    {
        await UpAsync();

        var drill = await program.RunAsync("run", "kill", "--target", "shop", "--json");

        Assert.True(drill.ExitCode == 1, drill.Output + drill.Error);
        Assert.Contains("the watch did not heal worker within 8 s", drill.Json().GetProperty("reasons")[0].GetString());
        var fault = drill.Json().GetProperty("faults")[0];
        Assert.Equal(("workflow", "closed"), (fault.GetProperty("reverted_by").GetString(), fault.GetProperty("state").GetString()));
        Assert.True(Alive(await PidAsync()));
        Assert.Contains(drill.Json().GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("path").GetString() == "healed_by");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (watch is { HasExited: false })
        {
            watch.Kill();
            await watch.WaitForExitAsync();
        }

        watch?.Dispose();
        await program.RunAsync("down", "shop", "--force");
        program.Dispose();
    }

    private async Task UpAsync()
    {
        var up = await program.RunAsync("up", program.Write("shop.yaml", Target));
        Assert.True(up.ExitCode == 0, up.Error + up.Output);
    }

    /// <summary>Starts the watch; the result is how it ended.</summary>
    private async Task<(int ExitCode, string Output)> Watch()
    {
        watch = Process.Start(new ProcessStartInfo(DrillProgram.Executable, ["watch", "--target", "shop", "--json", "--home", program.Home])
        {
            WorkingDirectory = program.Home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = watch.StandardOutput.ReadToEndAsync();
        while (await watch.StandardError.ReadLineAsync() is { } line)
        {
            said += line + "\n";
        }

        await watch.WaitForExitAsync();
        return (watch.ExitCode, await output);
    }

    /// <summary>As Ctrl-C does, but that what a shell started in the background ignores SIGINT.</summary>
    private async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{watch!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task<int> PidAsync() => (await Run.ReadAsync(CancellationToken.None))!.Processes["worker"].Process.Pid;

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private static bool Alive(int pid) => Directory.Exists($"/proc/{pid}");

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(60), $"it did not come about within 60 s; the watch said:\n{said}");
            await Task.Delay(50);
        }
    }
}
