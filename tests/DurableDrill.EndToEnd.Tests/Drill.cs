using System.Diagnostics;
using System.Text.Json;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>The program, run as a user runs it, in a home folder of its own. Everything is taken down at the end.</summary>
internal sealed class Drill : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);

    private const int Attempts = 3;

    private readonly List<string> up = [];

    /// <summary>Named for this process, so that ./test knows what a killed run has left.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory($"drill-e2e-{System.Environment.ProcessId}-").FullName;

    /// <summary>What its runs find in their environment beside this test's own.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public static string Program { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../src/DurableDrill.Local", Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "../../.."), AppContext.BaseDirectory), "drill"));

    /// <summary>Whether a real Kafka is at hand.</summary>
    public static bool HasKafka => System.Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 };

    public static void NeedKafka() => Skip.IfNot(HasKafka, "KAFKA_HOME is not set");

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DRILL_HOME"] = Home;
        foreach (var (variable, value) in Environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }

    public async Task<Result> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"drill {string.Join(' ', arguments)} did not end within {Patience}:\n{await output}\n{await error}");
        }

        return new(string.Join(' ', arguments), process.ExitCode, await output, await error);
    }

    public async Task UpAsync(string target, params string[] settings)
    {
        up.Add(target);
        (await RunAsync(["up", target, .. settings.SelectMany(setting => (string[])["--set", setting])])).Expect(0);
    }

    /// <summary>Runs a drill and returns its report.</summary>
    public async Task<JsonElement> DrillAsync(int exitCode, params string[] arguments) => (await RunSteadyAsync(arguments)).Expect(exitCode).Json;

    /// <summary>What has just started is not steady at once on a busy machine, and would be refused.</summary>
    public static Task SettleAsync() => Task.Delay(TimeSpan.FromSeconds(20));

    /// <summary>Runs a drill on a pipeline of engines that have just started, which shall not be in its baseline, and returns its report.</summary>
    public async Task<JsonElement> RunSettledAsync(params string[] arguments)
    {
        await SettleAsync();
        return (await RunSteadyAsync(arguments)).Json;
    }

    /// <summary>
    /// Runs a drill. One whose pipeline was still settling on a busy machine is refused before anything is injured, as it should be: it is asked for again.
    /// </summary>
    public async Task<Result> RunSteadyAsync(params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await RunAsync(["run", .. arguments, "--json"]);
            if (attempt == Attempts || !result.IsUnsteady)
            {
                return result;
            }
        }
    }

    /// <summary>What a target's run says of itself.</summary>
    public JsonElement StateOf(string target) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Home, "targets", target, "state.json"))).RootElement;

    public async ValueTask DisposeAsync()
    {
        // One that did not come up at all has said why; that there is nothing to take down must not hide it.
        foreach (var target in up.Where(target => Directory.Exists(Path.Combine(Home, "targets", target))))
        {
            (await RunAsync("down", target, "--force")).Expect(0);
        }

        Directory.Delete(Home, recursive: true);
    }
}

/// <summary>How a run of the program ended.</summary>
internal sealed record Result(string Command, int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Whether nothing was injured because the healthy pipeline was still settling.</summary>
    public bool IsUnsteady => Reasons() is var reasons && reasons.StartsWith("nothing was injured", StringComparison.Ordinal)
        && (reasons.Contains("is not steady", StringComparison.Ordinal) || reasons.Contains("does not keep up", StringComparison.Ordinal));

    public Result Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"drill {Command} ended with {ExitCode}, not {exitCode}: {Reasons()}\n{Error}\n{Output}");
        return this;
    }

    private string Reasons()
    {
        try
        {
            return Json.TryGetProperty("reasons", out var reasons) ? string.Join("; ", reasons.EnumerateArray()) : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
