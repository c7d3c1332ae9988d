using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DurableDrill.Local.Tests.Cli;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>
/// <c>drill serve</c> as a user starts it, with a home of its own, and a pipeline to drill: processes that sleep, and a counter of events that this
/// test keeps moving.
/// </summary>
internal sealed class Served : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<string> up = [];
    private readonly StringBuilder said = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Timer counter;
    private Process? server;

    public Served()
    {
        Count();
        counter = new Timer(_ => Count(), null, 50, 50);
    }

    public DrillProgram Program { get; } = new();

    /// <summary>Grows by 200 a second.</summary>
    public string CounterFile => Path.Combine(Program.Home, "stored.txt");

    public HttpClient Http { get; private set; } = new();

    public string Url { get; private set; } = "";

    /// <summary>What the server printed.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>A target file whose drills take a few seconds: "quick" freezes a process for one, "medium" for ten, "slow" for a minute; "busy" measures for longer, for a machine that has much to do.</summary>
    public string TargetText(string name) => $$"""
        target: {{name}}
        carrier: processes
        components: { worker: { run: [sleep, "100000"] } }
        signals: { stored: { file: "{{CounterFile}}" } }
        drills:
          quick: { faults: [ { pause: worker, for: 1s } ], baseline: 8s, stable_for: 1s, recovery_timeout: 30s, quiet_timeout: 1s }
          medium: { faults: [ { pause: worker, for: 10s } ], baseline: 8s, stable_for: 1s, recovery_timeout: 30s, quiet_timeout: 1s }
          busy: { faults: [ { pause: worker, for: 1s } ], baseline: 20s, stable_for: 1s, recovery_timeout: 30s, quiet_timeout: 1s }
          slow: { faults: [ { pause: worker, for: 60s } ], baseline: 8s, stable_for: 1s, recovery_timeout: 4s, quiet_timeout: 1s }
        """;

    public async Task UpAsync(string name = "shop", string? text = null)
    {
        var result = await Program.RunAsync("up", Program.Write($"{name}.yaml", text ?? TargetText(name)));
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        up.Add(name);
    }

    /// <summary>Starts the server and returns when it listens.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        server = Process.Start(new ProcessStartInfo(DrillProgram.Executable, ["serve", "--json", "--home", Program.Home, .. arguments.Contains("--port") ? arguments : [.. arguments, "--port", "0"]])
        {
            WorkingDirectory = Program.Home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var document = new StringBuilder();
        var listening = new TaskCompletionSource();
        server.OutputDataReceived += (_, line) => Take(line.Data, document, listening);
        server.ErrorDataReceived += (_, line) => Take(line.Data, null, listening);
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        await listening.Task.WaitAsync(Patience);
        Url = JsonDocument.Parse(document.ToString()).RootElement.GetProperty("url").GetString()!.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        Http.Dispose();
        Http = new() { BaseAddress = new Uri(Url), Timeout = Patience };
    }

    /// <summary>As a power failure would.</summary>
    public async Task KillAsync()
    {
        server!.Kill();
        await server.WaitForExitAsync();
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string? body = null, string? key = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Starts a drill that must be accepted.</summary>
    public async Task<string> DrillAsync(string drill = "quick", string target = "shop", string? key = null)
    {
        using var response = await PostAsync("/api/drills", Order(target, drill), key);
        Assert.True((int)response.StatusCode == 202, await response.Content.ReadAsStringAsync() + Said);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("drill_id").GetString()!;
    }

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Waits for the end of a drill by long polls and returns its verdict.</summary>
    public async Task<string> EndOfAsync(string drill)
    {
        for (var started = clock.Elapsed; clock.Elapsed - started < Patience;)
        {
            var view = await GetAsync($"/api/drills/{drill}/wait?timeout=20");
            if (view.TryGetProperty("outcome", out var outcome))
            {
                return outcome.GetProperty("verdict").GetString()!;
            }
        }

        throw new TimeoutException($"{drill} has not ended: {await Http.GetStringAsync($"/api/drills/{drill}")}\n{Said}");
    }

    /// <summary>Looks again and again until a condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        while (!await condition())
        {
            await Task.Delay(100, limit.Token);
        }
    }

    public static string Order(string target, string drill) => JsonSerializer.Serialize(new { target, drill });

    public async ValueTask DisposeAsync()
    {
        if (server is { HasExited: false })
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        server?.Dispose();
        await Program.RunAsync("revert");
        foreach (var name in up)
        {
            await Program.RunAsync("down", name, "--force");
        }

        await counter.DisposeAsync();
        Http.Dispose();
        Program.Dispose();
    }

    private void Count()
    {
        lock (counter ?? (object)said)
        {
            var temporary = CounterFile + ".new";
            File.WriteAllText(temporary, $"{clock.ElapsedMilliseconds / 5}");
            File.Move(temporary, CounterFile, overwrite: true);
        }
    }

    private void Take(string? line, StringBuilder? document, TaskCompletionSource listening)
    {
        lock (said)
        {
            if (line is null)
            {
                listening.TrySetException(new InvalidOperationException($"drill serve ended:\n{said}"));
                return;
            }

            said.AppendLine(line);
            if (document?.AppendLine(line).ToString() is { } text && text.TrimEnd().EndsWith('}'))
            {
                listening.TrySetResult();
            }
        }
    }
}
